// Makes the page smoother: a turn is sent without loading the page again, and the answers
// are added below. The page is the same without this file. Nothing is stored anywhere.
(function () {
  "use strict";

  var log = document.getElementById("log");
  var pressed = null;
  var isBusy = false;

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
    var slow = setTimeout(function () {
      byId("status").textContent = byId("status").dataset.slow;
    }, 3000);
    isBusy = true;
    byId("error").textContent = "";
    fetch(form.action, {
      method: "POST",
      body: fieldsOf(form),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer"
    })
      .then(function (response) {
        return response.text();
      })
      .then(function (html) {
        var page = new DOMParser().parseFromString(html, "text/html");
        var error = byId("error", page).textContent;
        if (error) {
          byId("error").textContent = error;
        } else {
          show(page, isTyped);
        }
      })
      .catch(function () {
        byId("error").textContent = byId("error").dataset.failed;
      })
      .then(function () {
        clearTimeout(slow);
        byId("status").textContent = "";
        isBusy = false;
      });
  }

  document.addEventListener("click", function (event) {
    pressed = event.target.closest ? event.target.closest("button") : null;
    if (event.target.closest && event.target.closest("a.exit")) {
      // First nothing to read, then away, and no way back to this page.
      event.preventDefault();
      var away = event.target.closest("a.exit").href;
      document.body.textContent = "";
      location.replace(away);
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
    if (!isBusy && !(isTyped && !byId("message").value.trim())) {
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

  // A page brought back by "back" or by reopening a tab shows nothing of the talk.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      location.replace("/");
    }
  });
})();
