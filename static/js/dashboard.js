/* The charts of the leaders' page. Numbers come as JSON in the page; every chart has a table. */
(() => {
  // The wall renews itself; while the server is away it keeps what it shows.
  const renew = Number(document.querySelector("[data-renew]")?.dataset.renew);
  if (renew) setInterval(async () => {
    const answer = await fetch(window.location.href, { method: "HEAD" }).catch(() => null);
    if (answer && answer.ok) window.location.reload();
  }, renew * 1000);

  const source = document.getElementById("charts");
  if (!source || !window.echarts) return;
  const figures = JSON.parse(source.textContent);
  const look = getComputedStyle(document.documentElement);
  const wall = document.body.classList.contains("wall");
  const ink = wall ? "#dfe9f5" : look.getPropertyValue("--ink").trim();
  const line = wall ? "#2a4a75" : look.getPropertyValue("--line").trim();
  const COLORS = { green: "#2f9e5b", yellow: "#e0a100", red: "#d4343f", "deep-red": "#7a0b13", blue: "#2f74c0" };
  const size = 14;
  const text = { color: ink, fontSize: size, fontFamily: look.getPropertyValue("--tblr-font-sans-serif") };
  const whole = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: line } }, axisLabel: text };
  const named = (rows, more) => ({ type: "category", data: rows.map((row) => row.name), axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { ...text, ...more } });
  const base = { animation: false, textStyle: text, tooltip: { renderMode: "richText", trigger: "item" }, grid: { left: 8, right: 40, top: 16, bottom: 8, containLabel: true } };
  const series = (rows, key, color, name, label) => ({ type: "bar", name, stack: "all", barMaxWidth: 34, itemStyle: { color, borderRadius: 2 }, data: rows.map((row) => ({ value: row[key], url: row.url })), label });
  const shown = { show: true, position: "right", ...text };
  const words = document.querySelector("[data-words]")?.dataset || {};

  // English names are too long to stand side by side.
  const long = (rows, letters) => rows.some((row) => row.name.length > letters);

  // The narrower their place, the steeper the names stand, or they run into each other.
  const narrow = window.innerWidth < 900;
  const slope = narrow ? { rotate: 60 } : wall ? { rotate: 50, fontSize: 12 } : { rotate: 30 };
  const sideways = (rows) => ({ xAxis: named(rows, { interval: 0, ...slope }), yAxis: whole });
  const downwards = (rows) => ({
    xAxis: whole,
    yAxis: { ...named(rows, { interval: wall ? "auto" : 0, fontSize: 12, ...(wall || narrow ? { width: 130, overflow: "truncate" } : {}) }), inverse: true },
  });

  const options = {
    phases: (rows) => ({ ...base, xAxis: named(rows, { interval: 0, rotate: long(rows, 4) ? (narrow ? 60 : wall ? 35 : 0) : 0 }), yAxis: whole, series: [series(rows, "value", COLORS.blue, "", { ...shown, position: "top" })] }),
    industries: (rows) => ({ ...base, grid: { ...base.grid, right: 70 }, yAxis: named(rows, { interval: 0 }), xAxis: { ...whole, minInterval: 0, splitNumber: narrow ? 2 : 5 }, series: [series(rows, "value", COLORS.blue, "", shown)] }),
    departments: (rows) => ({
      ...base,
      tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
      // On the wall in one line, so that the bars keep their height.
      legend: wall ? { top: 0, itemGap: 8, itemWidth: 14, textStyle: { ...text, fontSize: 12 } } : { top: 0, textStyle: text },
      // Long words of the legend take a line each on a phone.
      grid: { ...base.grid, top: wall ? 26 : narrow && long(rows, 12) ? 100 : 44 },
      ...(long(rows, 12) ? downwards(rows) : sideways(rows)),
      series: [
        series(rows, "calm", COLORS.blue, words.calm),
        series(rows, "yellow", COLORS.yellow, words.yellow),
        series(rows, "red", COLORS.red, words.red),
        series(rows, "deep_red", COLORS["deep-red"], words.deepRed),
      ],
    }),
    lamps: (rows) => ({
      ...base,
      series: [{ type: "pie", radius: ["52%", "82%"], itemStyle: { borderColor: wall ? "#0b2f5e" : "#fff", borderWidth: 2 }, label: { show: false }, data: rows.map((row) => ({ name: row.name, value: row.value, url: row.url, itemStyle: { color: COLORS[row.color] } })) }],
    }),
  };

  const charts = [...document.querySelectorAll("[data-chart]")].map((place) => {
    const rows = figures[place.dataset.chart];
    // Of nothing but noughts a ring would be drawn in equal parts.
    if (!rows || rows.every((row) => row.value === 0)) {
      place.textContent = place.dataset.nothing || "";
      place.classList.add("chart-nothing");
      return null;
    }
    const chart = window.echarts.init(place);
    chart.setOption(options[place.dataset.chart](rows));
    chart.on("click", (event) => {
      if (event.data && event.data.url) window.location.assign(event.data.url);
    });
    return chart;
  }).filter(Boolean);
  // A long table is in the way on a phone; it opens with a touch.
  if (window.innerWidth < 768) document.querySelectorAll(".board details[open]").forEach((table) => { table.open = false; });
  window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
  window.addEventListener("beforeprint", () => charts.forEach((chart) => chart.resize()));
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
