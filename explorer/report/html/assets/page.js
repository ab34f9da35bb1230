(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const last = data.steps.length;
  const chart = document.querySelector(".chart");
  const rows = new Map();
  for (const row of chart.querySelectorAll("li[data-step]")) rows.set(+row.dataset.step, row);
  const cards = [...rows.values()].map((row) => row.querySelector(".card"));
  const cursor = chart.querySelector(".cursor");
  const slider = byId("slider");
  const quiet = matchMedia("(prefers-reduced-motion: reduce)");
  let now = last;
  let timer = 0;

  // What each table shows at a step: the latest change up to it of each of its rows.
  const latest = (changes, step) => {
    const found = new Map();
    for (const change of changes) {
      if (change[0] > step) break;
      found.set(change[1], change);
    }
    return found;
  };

  const partsOf = (change) => new Map(change ? change[2].map(([part, text]) => [part, text]) : []);

  const showObjects = (step) => {
    const table = byId("objects");
    if (!table) return;
    const here = latest(data.objects, step);
    const before = latest(data.objects, step - 1);
    [...table.rows].forEach((row, number) => {
      const cell = row.cells[1];
      const old = partsOf(before.get(number));
      cell.textContent = "";
      let changed = false;
      for (const [part, text] of partsOf(here.get(number))) {
        const line = document.createElement("div");
        if (part) {
          const name = document.createElement("span");
          name.className = "part";
          name.textContent = part;
          line.append(name, " ");
        }
        line.append(text);
        if (step > 0 && old.get(part) !== text) {
          line.className = "changed";
          changed = true;
        }
        cell.append(line);
      }
      if (!cell.firstChild) cell.textContent = "empty";
      row.classList.toggle("changed", changed);
    });
  };

  const showProcesses = (step) => {
    const here = latest(data.processes, step);
    const actor = step ? data.steps[step - 1][0] : -1;
    [...byId("processes").rows].forEach((row, number) => {
      const change = here.get(number);
      row.dataset.state = change ? change[2] : "";
      row.cells[1].textContent = change ? change[3] : "";
      row.classList.toggle("actor", number === actor);
    });
  };

  const figures = [...document.querySelectorAll("#source figure")];
  const blank = (one) => !one || one.textContent.trim() === one.dataset.line;
  // How far from line `at` the source is shown: five lines, and no further than two empty ones.
  const reach = (lines, at, way) => {
    let edge = at;
    for (let far = 1; far <= 5; far += 1) {
      const next = at + way * far;
      if (!blank(lines[next])) edge = next;
      else if (blank(lines[next + way])) break;
    }
    return edge;
  };
  const showSource = (step) => {
    const [, , file, line] = step ? data.steps[step - 1] : [0, "", -1, 0];
    byId("source").hidden = file < 0;
    for (const figure of figures) {
      const { first, last: end, file: name } = figure.dataset;
      const fits = file >= 0 && name === data.files[file] && +first <= line && line <= +end;
      figure.hidden = !fits;
      if (!fits) continue;
      const lines = [...figure.querySelectorAll(".code")];
      const at = line - +first;
      const [top, bottom] = [reach(lines, at, -1), reach(lines, at, 1)];
      for (const [number, one] of lines.entries()) {
        const hit = number === at;
        one.classList.toggle("here", hit);
        one.hidden = number < top || number > bottom;
        if (hit) one.setAttribute("aria-current", "true");
        else one.removeAttribute("aria-current");
      }
    }
  };

  const [svg, over] = chart.querySelectorAll(".arrows");
  const make = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    return made;
  };
  // All places are read before anything is drawn, or each would lay the page out anew.
  const spots = (base) => {
    const found = new Map();
    for (const [step, row] of rows) {
      const box = row.querySelector(".dot").getBoundingClientRect();
      found.set(step, [box.left + box.width / 2 - base.left, box.top + box.height / 2 - base.top]);
    }
    return found;
  };
  const curve = ([x1, y1], [x2, y2], bend) => {
    const size = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [ux, uy] = [(x2 - x1) / size, (y2 - y1) / size];
    const [ax, ay] = [x1 + ux * 8, y1 + uy * 8];
    const side = bend * Math.min(size, 160);
    const [mx, my] = [(x1 + x2) / 2 - uy * side, (y1 + y2) / 2 + ux * side];
    const back = Math.hypot(x2 - mx, y2 - my) || 1;
    const [vx, vy] = [(x2 - mx) / back, (y2 - my) / back];
    const [bx, by] = [x2 - vx * 8, y2 - vy * 8];
    const line = `M${ax} ${ay}Q${mx} ${my} ${bx} ${by}`;
    const [cx, cy] = [bx - vx * 7, by - vy * 7];
    const tip = `M${bx} ${by}L${cx - vy * 3.5} ${cy + vx * 3.5}L${cx + vy * 3.5} ${cy - vx * 3.5}Z`;
    return [line, tip];
  };
  const drawn = [];
  const drawArrows = () => {
    const base = chart.getBoundingClientRect();
    const places = spots(base);
    for (const layer of [svg, over]) {
      layer.setAttribute("width", base.width);
      layer.setAttribute("height", base.height);
      layer.textContent = "";
    }
    drawn.length = 0;
    for (const [from, to, kind] of data.arrows) {
      const [start, end] = [places.get(from), places.get(to)];
      if (!start || !end) continue;
      const [line, tip] = curve(start, end, kind === "before" || kind === "life" ? 0.06 : kind === "stale" ? 0.1 : -0.1);
      const group = make("g", { class: kind });
      group.append(make("path", { d: line }), make("path", { class: "tip", d: tip }));
      (kind === "stale" || kind === "buried" ? over : svg).append(group);
      drawn.push([from, to, group]);
    }
    lightArrows();
  };
  const lightArrows = () => {
    for (const [from, to, group] of drawn) {
      group.classList.toggle("near", from === now || to === now);
      group.classList.toggle("ahead", to > now);
    }
  };

  const after = (step) => {
    const causes = data.arrows.filter((one) => one[1] === step).map((one) => one[0]);
    if (!causes.length) return "";
    const rest = causes.slice(0, -1).join(", ");
    return rest ? ` It came after steps ${rest} and ${causes.at(-1)}.` : ` It came after step ${causes[0]}.`;
  };

  const show = (step, scroll) => {
    const before = now;
    now = Math.max(0, Math.min(last, step));
    slider.value = now;
    const what = now ? data.steps[now - 1][1] : "Before the first step";
    slider.setAttribute("aria-valuetext", now ? `Step ${now} of ${last}: ${what}` : what);
    byId("count").textContent = `${now} / ${last}`;
    byId("say").textContent = now ? `Step ${now}: ${what}.${after(now)}` : "Nothing has happened yet.";
    for (let number = Math.min(before, now); number <= Math.max(before, now); number += 1) {
      const other = rows.get(number);
      if (!other) continue;
      other.classList.toggle("ahead", number > now);
      const card = other.querySelector(".card");
      card.removeAttribute("aria-current");
      card.tabIndex = -1;
    }
    const current = rows.get(Math.max(now, 1));
    if (current) current.querySelector(".card").tabIndex = 0;
    if (rows.has(now)) rows.get(now).querySelector(".card").setAttribute("aria-current", "step");
    if (now > 1 && rows.has(1)) rows.get(1).querySelector(".card").tabIndex = -1;
    for (const item of chart.querySelectorAll("li.stuck")) item.classList.toggle("ahead", now < last);
    const row = rows.get(now);
    cursor.style.display = row ? "" : "none";
    if (row) {
      cursor.style.gridRow = row.style.getPropertyValue("--row");
      if (scroll) {
        const held = chart.contains(document.activeElement);
        if (held) row.querySelector(".card").focus({ preventScroll: true });
        row.querySelector(".dot").scrollIntoView({
          block: "nearest",
          behavior: quiet.matches ? "auto" : "smooth",
        });
      }
    }
    showObjects(now);
    showProcesses(now);
    showSource(now);
    lightArrows();
  };

  const go = (step) => {
    show(step, true);
    history.replaceState(null, "", `#step=${now}`);
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    byId("play").textContent = "Play";
  };
  const play = () => {
    if (timer) return stop();
    if (now === last) go(0);
    byId("play").textContent = "Pause";
    timer = setInterval(() => {
      go(now + 1);
      if (now === last) stop();
    }, 800);
  };
  const step = (to) => {
    stop();
    go(to);
  };

  byId("first").onclick = () => step(0);
  byId("back").onclick = () => step(now - 1);
  byId("next").onclick = () => step(now + 1);
  byId("last").onclick = () => step(last);
  byId("play").onclick = play;
  slider.oninput = () => step(+slider.value);
  for (const card of cards) card.onclick = () => step(+card.parentElement.dataset.step);

  const keys = {
    ArrowLeft: () => step(now - 1),
    ArrowRight: () => step(now + 1),
    Home: () => step(0),
    End: () => step(last),
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const typing = target.closest("input:not([type=range]), textarea, select, pre, .state");
    if (typing && event.key !== " ") return;
    if (event.key === " ") {
      const own = target.closest("button:not(.card), summary, a, pre, .state");
      if (own) return;
      event.preventDefault();
      play();
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  for (const button of document.querySelectorAll(".copy")) {
    button.onclick = async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
      } catch {
        const area = document.createElement("textarea");
        area.value = button.dataset.copy;
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
      }
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    };
  }

  document.querySelector(".controls").hidden = false;
  document.documentElement.classList.add("live");
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".now details").open = false;
  const asked = /^#step=(\d+)$/.exec(location.hash);
  show(asked ? +asked[1] : data.start, false);
  new ResizeObserver(drawArrows).observe(chart); // draws them for the first time, too
})();
