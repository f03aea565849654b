// Puts a button on a partner's page; the chat opens above it in a frame. Nothing is loaded before
// the button is pressed, and nothing of the partner's page is read.
(function () {
  "use strict";

  var WORDS = /* words */ {};
  var COLOURS = /* colours */ {};
  var script = document.currentScript;
  var service = new URL(script.src).origin;
  var wanted = script.dataset.lang || document.documentElement.lang.slice(0, 2);
  var lang = WORDS.hasOwnProperty(wanted) ? wanted : "en";
  var words = WORDS[lang];
  var address = service + "/chat?lang=" + lang;
  var shifts = 0;
  var lastShift = 0;

  var HOST = "all:initial;position:fixed;z-index:2147483647;right:0;bottom:0;max-width:100%;";
  var TEXT = "font:600 16px/1.4 system-ui,sans-serif;box-sizing:border-box;";
  var BUTTON = TEXT + "min-height:44px;padding:8px 16px;border:2px solid #ffffff;" +
    "border-radius:8px;cursor:pointer;color:" + COLOURS["accent-ink"] +
    ";background:" + COLOURS.accent + ";";
  var PANEL = "display:flex;flex-direction:column;width:400px;max-width:100vw;height:560px;" +
    "max-height:100vh;box-sizing:border-box;background:" + COLOURS.paper +
    ";border:1px solid " + COLOURS.soft + ";";
  var BAR = TEXT + "display:flex;justify-content:space-between;align-items:center;padding:4px;";
  var LINK = TEXT + "padding:10px;color:" + COLOURS.accent + ";";
  var FRAME = "flex:1 1 auto;width:100%;min-height:0;border:0;";

  // Through the object model: a page that forbids styles in its markup forbids these not.
  // Important, so that no rule of the page can win.
  function style(element, rules) {
    rules.split(";").filter(Boolean).forEach(function (rule) {
      var at = rule.indexOf(":");
      element.style.setProperty(rule.slice(0, at), rule.slice(at + 1), "important");
    });
  }

  function make(name, rules, text) {
    var element = document.createElement(name);
    style(element, rules);
    element.textContent = text || "";
    return element;
  }

  var host = make("div", HOST);
  host.lang = lang;
  // Closed: the page's own styles and scripts have no way in.
  var root = host.attachShadow({ mode: "closed" });
  var button = make("button", BUTTON + "margin:12px;", words.ask);
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  root.appendChild(button);
  var panel, frame, told;

  function open() {
    if (!panel) {
      build();
    }
    style(panel, "display:flex");
    style(button, "display:none");
    frame.focus();
  }

  function build() {
    panel = make("div", PANEL);
    var bar = make("div", BAR);
    var alone = make("a", LINK, words.alone);
    alone.href = address;
    alone.rel = "noreferrer";
    var close = make("button", BUTTON, words.close);
    close.type = "button";
    close.addEventListener("click", function () {
      style(panel, "display:none");
      style(button, "display:inline-block");
      button.focus();
    });
    frame = make("iframe", FRAME);
    frame.title = words.title;
    frame.referrerPolicy = "no-referrer";
    frame.setAttribute(
      "sandbox",
      "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox" +
        " allow-top-navigation-by-user-activation"
    );
    frame.src = address + "&partner=" + encodeURIComponent(location.origin);
    told = make("p", LINK + "margin:0;color:" + COLOURS.ink + ";", words.moment);
    bar.appendChild(alone);
    bar.appendChild(close);
    panel.appendChild(bar);
    panel.appendChild(told);
    panel.appendChild(frame);
    root.appendChild(panel);
    // A page that lets no frame in shows an empty one, and says nothing.
    setTimeout(function () {
      told.textContent = words.failed;
    }, 10000);
  }

  function leave(language) {
    var known = WORDS.hasOwnProperty(language) ? language : lang;
    var screen = make("p", "all:initial;display:block;padding:48px;text-align:center;" + TEXT);
    screen.textContent = WORDS[known].moment;
    document.title = WORDS[known].moment;
    document.body.textContent = "";
    document.body.appendChild(screen);
    if (host.parentNode) {
      host.parentNode.removeChild(host);
    }
    go(service + "/exit?lang=" + known);
  }

  // By way of the service, which tells the next site nothing of this one.
  function go(away) {
    if (navigator.onLine === false) {
      window.addEventListener("online", function () {
        location.replace(away);
      });
    } else {
      location.replace(away);
    }
  }

  button.addEventListener("click", open);

  window.addEventListener("message", function (event) {
    var data = event.data || {};
    if (!frame || event.origin !== service || event.source !== frame.contentWindow) {
      return;
    }
    if (data.assistant === "open") {
      style(told, "display:none");
    } else if (data.assistant === "height" && data.height > 0) {
      style(panel, "height:" + Math.min(Math.max(data.height + 60, 320), 760) + "px");
    } else if (data.assistant === "exit") {
      leave(data.lang);
    }
  });

  // The same three presses as in the chat, where the partner's page has the keyboard.
  document.addEventListener("keydown", function (event) {
    var now = Date.now();
    if (event.key !== "Shift" || !panel) {
      shifts = 0;
    } else if (!event.repeat) {
      shifts = now - lastShift < 2000 ? shifts + 1 : 1;
      lastShift = now;
      if (shifts === 3) {
        leave(lang);
      }
    }
  });

  document.documentElement.appendChild(host);
})();
