// SPDX-License-Identifier: Apache-2.0
// Draws each diagram in the colours of the page, and again when the reader changes them.
(() => {
  const diagrams = [...document.querySelectorAll("pre.diagram")].map((pre) => {
    const box = document.createElement("div");
    box.className = "diagram";
    const source = pre.textContent;
    pre.replaceWith(box);
    return { box, source };
  });

  async function draw() {
    const dark = document.body.getAttribute("data-md-color-scheme") === "slate";
    mermaid.initialize({
      startOnLoad: false,
      theme: dark ? "dark" : "default",
      fontFamily: getComputedStyle(document.body).fontFamily,
      themeVariables: { fontSize: "14px" },
      flowchart: { useMaxWidth: false, wrappingWidth: 190, nodeSpacing: 20, rankSpacing: 36 },
      state: { useMaxWidth: false },
      sequence: { useMaxWidth: false, width: 90, actorMargin: 30, wrap: true, messageFontSize: 14 },
    });
    for (const [number, { box, source }] of diagrams.entries()) {
      box.innerHTML = (await mermaid.render("diagram-" + number, source)).svg;
      const svg = box.firstElementChild;
      svg.style.minWidth = 0.75 * svg.viewBox.baseVal.width + "px"; // smaller cannot be read
      box.dataset.drawn = dark ? "dark" : "light";
    }
  }

  draw();
  new MutationObserver(draw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
})();
