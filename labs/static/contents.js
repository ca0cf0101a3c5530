/** The list of labs says what was seen in each, as this browser remembers it. */

const WORDS = { succeeded: "It worked", refused: "Refused" };

for (const place of document.querySelectorAll("[data-lab]")) {
  const kept = JSON.parse(localStorage.getItem(`lab ${place.dataset.lab}`) ?? "{}");
  for (const on of ["false", "true"]) {
    const verdict = kept[on]?.verdict;
    if (!WORDS[verdict]) continue;
    const outcome = document.createElement("span");
    outcome.className = verdict;
    outcome.textContent = WORDS[verdict];
    place.append(outcome);
  }
}
