// htmx may put our own answers into the page although the browser asks for Trusted Types, and may never run text as code.
(() => {
  const rules = { createHTML: (html) => html };
  const policy = window.trustedTypes ? window.trustedTypes.createPolicy("htmx", rules) : rules;
  const refuse = function () { throw new Error("htmx runs no text as code here"); };
  htmx.registerExtension("guard", { init: (api) => api.initSecurity(policy, refuse, refuse) });
})();
