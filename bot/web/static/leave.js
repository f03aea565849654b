// Leaving, on every page: by the bar at the top, or by three times Shift.
(function () {
  "use strict";

  var shifts = 0;
  var lastShift = 0;

  // First a screen that anybody might see, then away, and no way back to this page.
  function leave() {
    var exit = document.querySelector("a.exit");
    var away = exit.href;
    var screen = document.createElement("main");
    screen.className = "moment";
    screen.textContent = exit.dataset.moment;
    document.body.textContent = "";
    document.body.appendChild(screen);
    if (navigator.onLine === false) {
      window.addEventListener("online", function () {
        go(away);
      });
    } else {
      go(away);
    }
  }

  // In a frame, the page that holds it leaves as a whole.
  function go(away) {
    var partner = document.documentElement.dataset.partner;
    if (!partner || window.parent === window) {
      location.replace(away);
      return;
    }
    window.parent.postMessage({ assistant: "exit", lang: document.documentElement.lang }, partner);
    setTimeout(function () {
      window.top.location.replace(away);
    }, 1000);
  }

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("a.exit")) {
      event.preventDefault();
      leave();
    }
  });

  // Three times Shift and no other key: Escape is a screen reader's.
  document.addEventListener("keydown", function (event) {
    var now = Date.now();
    if (event.key !== "Shift") {
      shifts = 0;
    } else if (!event.repeat) {
      shifts = now - lastShift < 2000 ? shifts + 1 : 1;
      lastShift = now;
      if (shifts === 3) {
        leave();
      }
    }
  });

  // A page brought back by "back" or by reopening a tab shows nothing of the talk.
  window.addEventListener("pageshow", function (event) {
    var again = document.querySelector("a.exit");
    if (event.persisted) {
      document.body.textContent = "";
      location.replace(again ? again.dataset.again : "/");
    }
  });

  document.querySelector(".keys").hidden = false;
})();
