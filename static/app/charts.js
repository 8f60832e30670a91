// Draws each chart from the table beside it; without this script the tables say it all.
"use strict";
(() => {
  // Colour and pattern of a series, on light and on dark: never told apart by colour alone.
  const LOOKS = [
    { light: "#1a5aa8", dark: "#6fb1ff", pattern: "plain" },
    { light: "#9a4d00", dark: "#ffb169", pattern: "rising" },
    { light: "#17691f", dark: "#7ddb8a", pattern: "dots" },
    { light: "#6b2a94", dark: "#d8a6ff", pattern: "cross" },
    { light: "#9c2019", dark: "#ff9b94", pattern: "level" },
  ];
  // Lines: drawn through, then dashed and dotted.
  const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3], [4, 4]];
  const drawn = new Map();
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => {
    const chosen = document.documentElement.dataset.colours;
    return chosen === "system" ? dark.matches : chosen === "dark";
  };
  const isStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const STROKES = {
    rising: [[0, 8, 8, 0]],
    cross: [[0, 0, 8, 8], [0, 8, 8, 0]],
    level: [[0, 4, 8, 4]],
  };

  function pattern(context, look) {
    const colour = isDark() ? look.dark : look.light;
    if (look.pattern === "plain") return colour;
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const brush = tile.getContext("2d");
    brush.fillStyle = colour + "40";
    brush.fillRect(0, 0, 8, 8);
    brush.fillStyle = brush.strokeStyle = colour;
    brush.lineWidth = 2;
    if (look.pattern === "dots") {
      brush.beginPath();
      brush.arc(4, 4, 2, 0, 7);
      brush.fill();
    }
    for (const [x, y, toX, toY] of STROKES[look.pattern] || []) {
      brush.beginPath();
      brush.moveTo(x, y);
      brush.lineTo(toX, toY);
      brush.stroke();
    }
    return context.createPattern(tile, "repeat");
  }

  function figures(table) {
    const rows = [...table.tBodies[0].rows];
    const headings = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
    return {
      labels: rows.map((row) => row.cells[0].textContent),
      series: headings.map((heading, number) => ({
        label: heading,
        data: rows.map((row) => {
          const value = row.cells[number + 1].dataset.value;
          return value === "" ? null : Number(value);
        }),
        words: rows.map((row) => row.cells[number + 1].textContent),
      })),
    };
  }

  function draw(figure) {
    const canvas = figure.querySelector("canvas");
    const context = canvas.getContext("2d");
    const found = figures(figure.querySelector("table"));
    const ink = isDark() ? "#dce3ea" : "#2f3a45";
    const line = isDark() ? "#46525e" : "#d5dce3";
    figure.querySelector(".chart-drawing").hidden = false;
    drawn.get(figure)?.destroy();
    const isLine = "line" in figure.dataset;
    const axis = { stacked: !isLine, ticks: { color: ink }, grid: { color: line } };
    const chart = new window.Chart(canvas, {
      type: isLine ? "line" : "bar",
      data: {
        labels: found.labels,
        datasets: found.series.map((series, number) => {
          const look = LOOKS[number % LOOKS.length];
          return {
            ...series,
            backgroundColor: isLine ? "transparent" : pattern(context, look),
            borderColor: isDark() ? look.dark : look.light,
            borderWidth: isLine ? 2 : 1,
            borderDash: isLine ? DASHES[number % DASHES.length] : undefined,
            pointRadius: 2,
            maxBarThickness: 56,
          };
        }),
      },
      options: {
        animation: isStill() ? false : { duration: 300 },
        maintainAspectRatio: false,
        locale: document.documentElement.lang,
        scales: { x: axis, y: { ...axis, beginAtZero: true, ticks: { color: ink, precision: 0 } } },
        plugins: {
          legend: {
            display: found.series.length > 1,
            position: "bottom",
            labels: { color: ink, boxWidth: 24 },
          },
          tooltip: {
            callbacks: {
              label: (item) => `${item.dataset.label}: ${item.dataset.words[item.dataIndex]}`,
            },
          },
        },
      },
    });
    drawn.set(figure, chart);
  }

  function drawAll(root) {
    for (const figure of root.querySelectorAll("[data-chart]")) {
      if (drawn.has(figure)) continue;
      draw(figure);
      figure.querySelector("details").open = false;
    }
  }

  drawAll(document);
  document.addEventListener("htmx:load", () => drawAll(document));
  dark.addEventListener("change", () => [...drawn.keys()].forEach(draw));
})();
