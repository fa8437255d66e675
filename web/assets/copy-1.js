// Beside each detail of a transfer, a button that copies it. Without script one tap marks the whole detail.
(() => {
  if (!navigator.clipboard) return;
  for (const list of document.querySelectorAll("[data-copy]")) {
    for (const row of list.querySelectorAll("[data-text]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "tool";
      button.textContent = list.dataset.copy;
      button.setAttribute("aria-label", list.dataset.copy + ": " + row.previousElementSibling.textContent);
      button.addEventListener("click", () => {
        navigator.clipboard.writeText(row.dataset.text).then(() => { button.textContent = list.dataset.copied; });
      });
      row.append(button);
    }
  }
})();
