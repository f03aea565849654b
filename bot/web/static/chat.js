// Makes the page smoother: a turn is sent without loading the page again, and the answers
// are added below. The page is the same without this file. Nothing is stored anywhere.
(function () {
  "use strict";

  var log = document.getElementById("log");
  var pressed = null;
  var isBusy = false;
  var failed = null;
  var awayTimer = null;
  var endTimers = [];

  var AWAY_MINUTES = 5;
  var ENDING_MINUTES = 5;
  var MINUTE = 60000;

  function byId(id, root) {
    return (root || document).getElementById(id);
  }

  function fieldsOf(form) {
    var fields = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      fields.append(name, value);
    });
    if (pressed && pressed.form === form && pressed.name) {
      fields.append(pressed.name, pressed.value);
    }
    return fields;
  }

  // Takes over what changes with the language and the state; the answers so far stay.
  function takeOver(page) {
    var lang = page.documentElement.lang;
    var state = page.querySelector("input[name=state]").value;
    if (lang !== document.documentElement.lang) {
      document.documentElement.lang = lang;
      document.title = page.title;
      byId("top").replaceWith(byId("top", page));
      var draft = byId("message").value;
      byId("ask").replaceWith(byId("ask", page));
      byId("message").value = draft;
      document.querySelector(".keys").hidden = false;
    }
    document.querySelectorAll("input[name=state]").forEach(function (input) {
      input.value = state;
    });
  }

  function show(page, isTyped) {
    var added = Array.prototype.slice.call(byId("log", page).children);
    takeOver(page);
    added.forEach(function (article) {
      log.appendChild(article);
    });
    if (isTyped) {
      byId("message").value = "";
    }
    if (added.length) {
      added[0].scrollIntoView({ block: "start" });
    }
  }

  function send(form, isTyped) {
    var sent = { form: form, isTyped: isTyped, fields: fieldsOf(form) };
    if (isBusy) {
      return;
    }
    post(sent);
  }

  function post(sent) {
    var slow = setTimeout(function () {
      byId("status").textContent = byId("status").dataset.slow;
    }, 3000);
    var isLater = false;
    isBusy = true;
    fail("");
    fetch(sent.form.action, {
      method: "POST",
      body: sent.fields,
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer"
    })
      .then(function (response) {
        // Too many at once: nothing is wrong with what she sent.
        isLater = response.status === 503 || response.status === 429;
        return response.text();
      })
      .then(function (html) {
        var page = new DOMParser().parseFromString(html, "text/html");
        var error = byId("error", page).textContent;
        if (error) {
          fail(error, isLater ? sent : null);
        } else {
          show(page, sent.isTyped);
          tellHeight();
          watchTheEnd();
        }
      })
      .catch(function () {
        var texts = byId("error").dataset;
        fail(navigator.onLine === false ? texts.offline : texts.failed, sent);
      })
      .then(function () {
        clearTimeout(slow);
        byId("status").textContent = "";
        isBusy = false;
      });
  }

  // Says what went wrong. What was not sent can be sent again; nothing of it is lost.
  function fail(text, sent) {
    failed = sent || null;
    byId("error").textContent = text;
    document.querySelector(".retry").hidden = !failed;
  }

  function veil(isOn) {
    if (byId("veil")) {
      byId("veil").hidden = !isOn;
      document.body.classList[isOn ? "add" : "remove"]("veiled");
    }
  }

  function watchForAbsence() {
    clearTimeout(awayTimer);
    awayTimer = setTimeout(function () {
      veil(true);
    }, AWAY_MINUTES * MINUTE);
  }

  // Tells in time that an idle conversation ends; when it has, what stood here goes too.
  function watchTheEnd() {
    var idle = Number(byId("status").dataset.idle);
    endTimers.forEach(clearTimeout);
    endTimers = [
      setTimeout(function () {
        byId("status").textContent = byId("status").dataset.ending;
      }, Math.max(idle - ENDING_MINUTES, 0) * MINUTE),
      setTimeout(function () {
        location.replace(document.querySelector("a.exit").dataset.again);
      }, idle * MINUTE)
    ];
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : document.body;
    pressed = target.closest("button");
    if (target.closest("#veil button")) {
      veil(false);
      byId("message").focus();
    } else if (target.closest("#retry") && failed && !isBusy) {
      post(failed);
    }
  });

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var isTyped = form.id === "ask";
    if (form.className === "forget") {
      // Nothing to read any more, before the page is loaded anew.
      log.textContent = "";
      byId("message").value = "";
      return;
    }
    event.preventDefault();
    if (!(isTyped && !byId("message").value.trim())) {
      send(form, isTyped);
    }
    pressed = null;
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && event.target.id === "message") {
      event.preventDefault();
      document.querySelector("#ask .send").click();
    }
  });

  ["keydown", "pointerdown", "touchstart", "scroll"].forEach(function (name) {
    window.addEventListener(name, watchForAbsence, { passive: true });
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") {
      veil(true);
    }
  });

  // The card fills the screen; nothing behind it can be reached meanwhile, but the way out can.
  function coverWithCard() {
    var isShown = location.hash.indexOf("#card-") === 0 && document.querySelector(".card:target");
    document.body.classList[isShown ? "add" : "remove"]("covered");
  }

  // A partner's page that holds this one in a frame is told how high it is, and no more.
  function tellThePartner(what) {
    var partner = document.documentElement.dataset.partner;
    if (partner && window.parent !== window) {
      window.parent.postMessage(what, partner);
    }
  }

  function tellHeight() {
    tellThePartner({ assistant: "height", height: document.body.scrollHeight });
  }

  window.addEventListener("hashchange", coverWithCard);
  tellThePartner({ assistant: "open" });
  tellHeight();
  watchForAbsence();
  watchTheEnd();
})();
