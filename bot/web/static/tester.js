// For testers, where the chat was started for them: copies the conversation of this tab as a
// situation (docs/TESTING.md). It stays in the tab: nothing is sent, nothing is stored.
(function () {
  "use strict";

  var LANGUAGES = ["en", "es", "cy", "pt"];
  var NAMES = { en: "English", es: "Spanish", cy: "Welsh", pt: "Portuguese" };
  var UNSURE = "bot.unsure";
  var RULES = [
    ".tester { margin: 0 0 0.75rem; padding: 0.75rem; border: 2px dashed var(--soft);" +
      " scroll-margin-top: 3.5rem; }",
    ".tester button { margin-right: 0.5rem; padding: 0.5rem 1rem; color: var(--accent); background: var(--card);" +
      " border: 1px solid var(--accent); }",
    ".tester label { display: block; margin-top: 0.75rem; }",
    ".tester input, .tester textarea { width: 100%; min-height: 2.75rem; padding: 0.5rem;" +
      " font: inherit; color: var(--ink); background: var(--card);" +
      " border: 1px solid var(--soft); }",
    ".tester textarea { margin-bottom: 0.75rem; font-family: monospace; white-space: pre;" +
      " overflow: auto; }",
    ".tester [role=status] { margin: 0.75rem 0 0; min-height: 1.5rem; }",
    // Like everything else behind the veil and behind a card.
    ".veiled .tester, .covered .tester { display: none; }"
  ];

  // What her phone is set to: the column that is played.
  var own = document.documentElement.lang;
  var steps = [];
  var written = -1;

  if (window.parent !== window) {
    return;
  }

  // What is sent, and what comes back, is looked at on its way: so a turn that failed is none.
  var send = window.fetch;
  window.fetch = function (address, options) {
    var sent = options.body;
    return send.call(window, address, options).then(function (response) {
      return response.clone().text().then(function (html) {
        remember(sent, new DOMParser().parseFromString(html, "text/html"));
        return response;
      });
    });
  };

  function remember(sent, page) {
    var step;
    if (page.getElementById("error").textContent) {
      return;
    }
    step = { answers: [], services: [], lang: own };
    if (sent.get("lang")) {
      step.act = "she picks language";
      step.did = sent.get("lang");
    } else if (sent.get("choose")) {
      step.act = "she taps";
      step.did = sent.get("choose");
    } else {
      step.act = "she says";
      step.did = sent.get("message");
    }
    all("[data-answer]", page).forEach(function (article, index) {
      var answer = article.getAttribute("data-answer");
      if (!index) {
        step.lang = article.lang;
      }
      // What else she may have meant comes or not, by how sure the model is.
      if (!index || answer !== UNSURE) {
        step.answers.push(answer);
      }
    });
    all("[data-service]", page).forEach(function (item) {
      var service = item.getAttribute("data-service");
      if (step.services.indexOf(service) < 0) {
        step.services.push(service);
      }
    });
    if (!steps.length && step.act === "she picks language") {
      // Picked before anything was said: the talk is in that language from its beginning.
      own = step.did;
    } else {
      steps.push(step);
    }
  }

  function all(selector, page) {
    return Array.prototype.slice.call(page.querySelectorAll(selector));
  }

  // A text as YAML has it. JSON's quotes are YAML's; some signs end a line in YAML alone.
  function quoted(text) {
    return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, function (sign) {
      return "\\u" + ("0000" + sign.charCodeAt(0).toString(16)).slice(-4);
    });
  }

  function reference(text) {
    return /^[a-z][a-z0-9.?=&-]*$/.test(text) ? text : quoted(text);
  }

  // One line for each language; those that were not played are left empty, for somebody to fill.
  function columns(mine) {
    return LANGUAGES.map(function (language) {
      var todo = "# TODO: " + NAMES[language];
      return "        " + language + ": " + (language === own ? mine : todo);
    });
  }

  function linesOf(step) {
    var isTap = step.act === "she taps";
    var lines = ["    - " + step.act + ":" + (isTap ? " " + reference(step.did) : "")];
    var due = step.act === "she picks language" ? step.did : own;
    if (!isTap) {
      lines = lines.concat(columns(quoted(step.did)));
    }
    lines.push("      answer: " + list(step.answers));
    if (step.lang !== due) {
      lines = lines.concat(["      in language:"], columns(step.lang));
    }
    if (step.services.length) {
      lines.push("      # Keep those that must be there in every language, at every hour.");
      lines.push("      must show service: [" + step.services.join(", ") + "]");
    }
    return lines;
  }

  function list(names) {
    return names.length === 1 ? names[0] : "[" + names.join(", ") + "]";
  }

  function headOf(name) {
    return "- situation: " + (name.trim() ? quoted(name.trim()) : "# TODO: a name of its own");
  }

  function situation(name) {
    var lines = [headOf(name), "  about: # TODO: why it matters, in a sentence", "  steps:"];
    steps.forEach(function (step) {
      lines = lines.concat(linesOf(step));
    });
    return lines.join("\n") + "\n";
  }

  function make(tag, attributes, text, parent) {
    var element = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    element.textContent = text;
    parent.appendChild(element);
    return element;
  }

  var bar = make(
    "aside",
    { "class": "tester", lang: "en", "aria-label": "Testing" },
    "",
    document.body
  );
  var opener = make(
    "button",
    { type: "button", "aria-expanded": "false", "aria-controls": "tester" },
    "Testing: copy this conversation as a story test",
    bar
  );
  // Not a modal one: the way out stays within reach.
  var dialog = make(
    "div",
    { id: "tester", role: "dialog", "aria-label": "This conversation as a story test" },
    "",
    bar
  );
  make("label", { "for": "tester-name" }, "Name: what happens, in a sentence", dialog);
  var named = make("input", { id: "tester-name", autocomplete: "off" }, "", dialog);
  make(
    "label",
    { "for": "tester-text" },
    "Story test: fill in the lines marked TODO, and look whether each answer was the right one." +
      " Put invented names and numbers in place of real ones. docs/TESTING.md says where it goes.",
    dialog
  );
  var area = make(
    "textarea",
    { id: "tester-text", rows: "14", autocomplete: "off", spellcheck: "false" },
    "",
    dialog
  );
  var copier = make("button", { type: "button" }, "Copy", dialog);
  var closer = make("button", { type: "button" }, "Close", dialog);
  var status = make("p", { role: "status" }, "", dialog);

  function open() {
    // What was filled in by hand stays, unless the talk has gone on.
    if (written !== steps.length) {
      area.value = situation(named.value);
      written = steps.length;
    }
    status.textContent = steps.length ? "" : "Nothing was said or tapped yet.";
    show(true);
    named.focus();
    // Not behind the field to write in, which stays in sight.
    bar.scrollIntoView({ block: "start" });
  }

  function close() {
    show(false);
    opener.focus();
  }

  function show(isShown) {
    dialog.hidden = !isShown;
    opener.setAttribute("aria-expanded", String(isShown));
  }

  function copied() {
    status.textContent = "Copied.";
  }

  // Where the clipboard is not ours to write, the text is marked, to be copied by hand.
  function mark() {
    area.focus();
    area.select();
    status.textContent = "The text is marked: copy it with Ctrl+C, or Command+C on a Mac.";
  }

  opener.addEventListener("click", function () {
    if (dialog.hidden) {
      open();
    } else {
      close();
    }
  });
  closer.addEventListener("click", close);
  copier.addEventListener("click", function () {
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(area.value).then(copied, mark);
    } else {
      mark();
    }
  });
  named.addEventListener("input", function () {
    area.value = area.value.replace(/^- situation:.*$/m, function () {
      return headOf(named.value);
    });
  });
  dialog.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      close();
    }
  });

  RULES.forEach(function (rule) {
    document.styleSheets[0].insertRule(rule, document.styleSheets[0].cssRules.length);
  });
  show(false);
  document.body.insertBefore(bar, document.getElementById("veil"));
})();
