// Names for the fields of Datasette's own forms that have none, and a stop where a text scrolls, for those who hear the page.
"use strict";
const NAMES = {
  ".filter-row select": "Column",
  ".filter-row select[name^=_filter_op]": "Comparison",
  ".filter-row select[name=_sort]": "Order",
  ".filter-row input[type=text]": "Value",
  ".CodeMirror textarea": "SQL",
};
window.addEventListener("load", () => { // the editor of SQL is made then
  for (const [fields, name] of Object.entries(NAMES))
    for (const field of document.querySelectorAll(fields)) if (!field.labels?.length) field.ariaLabel = name;
  document.querySelector("dl.column-descriptions")?.setAttribute("tabindex", "0"); // it scrolls
});
