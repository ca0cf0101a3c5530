/* What cannot wait for the modules: light or dark before the first paint, and another try where a module did not arrive. */
(() => {
  const root = document.documentElement;
  const kept = localStorage.getItem("theme");
  if (kept) root.dataset.theme = kept;
  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest(".theme")) return;
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  });

  const TRIES = 3;
  addEventListener(
    "error",
    (event) => {
      const tries = Number(sessionStorage.getItem("tries"));
      if (!(event.target instanceof HTMLScriptElement) || tries >= TRIES) return;
      sessionStorage.setItem("tries", String(tries + 1));
      setTimeout(() => location.reload(), 500 * (tries + 1));
    },
    true,
  );
  addEventListener("load", () => setTimeout(() => sessionStorage.removeItem("tries"), 5000));
})();
