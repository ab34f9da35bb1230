(() => {
  const cards = [...document.querySelectorAll(".case")];
  const form = document.querySelector(".filter");
  const buttons = [...form.querySelectorAll("button")];
  const find = form.querySelector("input");
  const texts = cards.map((card) => card.textContent.toLowerCase());

  const show = () => {
    const kinds = buttons.filter((one) => one.ariaPressed === "true").map((one) => one.dataset.kind);
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    cards.forEach((card, number) => {
      const fits = !kinds.length || kinds.includes(card.dataset.kind);
      card.hidden = !fits || !words.every((word) => texts[number].includes(word));
    });
    const shown = cards.filter((card) => !card.hidden).length;
    form.querySelector("output").textContent = shown < cards.length ? `${shown} shown` : "";
  };

  for (const button of buttons) {
    button.onclick = () => {
      button.ariaPressed = button.ariaPressed === "true" ? "false" : "true";
      show();
    };
  }
  find.oninput = show;
  form.onsubmit = (event) => event.preventDefault();
  form.hidden = false;
  document.querySelector(".kinds").hidden = true;
  show(); // a browser that goes back keeps what was typed
})();
