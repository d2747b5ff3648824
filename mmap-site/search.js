// SPDX-License-Identifier: Apache-2.0
// Runs before the theme's own script, which looks for both: the index in __search, the worker's
// address in #__config. Base and language stay as they are.
var __search = { index: Promise.resolve(searchIndex) };
{
  const element = document.getElementById("__config");
  const config = JSON.parse(element.textContent);
  config.search = URL.createObjectURL(new Blob([searchWorker], { type: "text/javascript" }));
  element.textContent = JSON.stringify(config);
}
