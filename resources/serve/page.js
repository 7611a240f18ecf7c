"use strict";

const LEAST_SCORE = 0.01; // all that may be of interest comes at once, so that the slider needs no new answer
const COLOURS = ["#1f6fc4", "#c23b4d", "#1e7f48", "#a85f00", "#7a4cc4", "#0b7680", "#ad3a86", "#6b5c22"]; // white is read on each
const at = (id) => document.getElementById(id);
let token = "";
let model = null;
let answer = null;
let asked = 0; // only the answer to the newest question is shown

const headers = () => (token ? { Authorization: `Bearer ${token}` } : {});

async function start() {
  const reply = await fetch("model", { headers: headers() }).catch(() => null);
  if (reply === null) return say("The server does not answer.", true);
  at("ask-token").hidden = reply.status !== 401;
  if (reply.status === 401) {
    at("about").textContent = token ? "That was not the token." : "";
    return at("token").focus();
  }
  model = await reply.json();
  if (!reply.ok) return say(model.error, true);
  document.title = at("title").textContent = model.model;
  const names = model.classes.map((each) => each.name);
  const shown = names.slice(0, 12).join(", ") + (names.length > 12 ? " …" : "");
  at("about").textContent = `${model.classes.length === 1 ? "1 class" : `${names.length} classes`}: ${shown} · ${model.engine}`;
  at("example").textContent =
    `curl ${token ? '-H "Authorization: Bearer $TOKEN" ' : ""}-F image=@photo.jpg ${location.origin}/predict`;
  at("main").hidden = false;
}

async function ask(file) {
  const number = ++asked;
  answer = null;
  show(file);
  if (file.size > model.limits.bytes) {
    return say(`The picture has ${Math.ceil(file.size / 2 ** 20)} megabytes; at most ${Math.floor(model.limits.bytes / 2 ** 20)} are read.`, true);
  }
  say("Asking …");
  const form = new FormData();
  form.append("image", file, "image");
  let body;
  try {
    const reply = await fetch(`predict?min_score=${LEAST_SCORE}`, { method: "POST", body: form, headers: headers() });
    body = await reply.json();
    if (number !== asked) return;
    if (!reply.ok) return say(body.error, true);
  } catch {
    if (number === asked) say("The server does not answer.", true);
    return;
  }
  answer = body;
  draw();
}

function show(file) {
  const picture = at("picture");
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(file);
  at("invitation").hidden = true;
  at("stage").hidden = false;
  at("picture").alt = "";
  draw();
}

function draw() {
  const least = Number(at("score").value) / 100;
  at("score-text").textContent = `${at("score").value} %`;
  const boxes = answer ? answer.boxes.filter((box) => box.score >= least) : [];
  const whole = answer ? answer.answers.filter((each) => each.xmin === undefined) : [];
  at("score-row").hidden = whole.length > 0;
  drawBoxes(boxes);
  at("found").replaceChildren(...boxes.map(boxRow), ...whole.flatMap((each) => each.top.map(barRow)));
  if (!answer) return;
  const seen = whole.length ? `${whole[0].top[0].class}` : boxes.length === 1 ? "1 box" : `${boxes.length || "no"} boxes`;
  say(`${seen} · ${answer.width} × ${answer.height} pixels · ${answer.milliseconds} ms`);
  at("picture").alt = `A picture with ${seen}`;
}

function drawBoxes(boxes) {
  const picture = at("picture"), canvas = at("boxes");
  const density = window.devicePixelRatio || 1;
  canvas.width = picture.clientWidth * density;
  canvas.height = picture.clientHeight * density;
  if (!answer || !canvas.width) return;
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / answer.width, canvas.height / answer.height);
  const unit = answer.width / picture.clientWidth;
  pen.font = `${14 * unit}px system-ui, sans-serif`;
  for (const box of boxes) {
    const colour = COLOURS[box.class_id % COLOURS.length];
    for (const [stroke, width] of [["#fff", 4], [colour, 2]]) {
      pen.strokeStyle = stroke;
      pen.lineWidth = width * unit;
      pen.strokeRect(box.xmin, box.ymin, box.xmax - box.xmin, box.ymax - box.ymin);
    }
    pen.fillStyle = colour;
    const text = `${box.class} ${percent(box.score)}`;
    const width = pen.measureText(text).width + 8 * unit, height = 20 * unit;
    const top = box.ymin >= height ? box.ymin - height : box.ymin;
    const left = Math.max(0, Math.min(box.xmin, answer.width - width));
    pen.fillRect(left, top, width, height);
    pen.fillStyle = "#fff";
    pen.fillText(text, left + 4 * unit, top + 15 * unit);
  }
}

const percent = (score) => `${(100 * score).toFixed(score > 0.995 || score < 0.1 ? 1 : 0)} %`;

function boxRow(box) {
  const place = [box.xmin, box.ymin, box.xmax, box.ymax].map((edge) => Math.round(edge)).join(", ");
  return row(`${box.class} ${percent(box.score)}`, place);
}

function barRow(each) {
  const line = row(each.class, percent(each.score));
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = each.score;
  line.append(bar);
  return line;
}

function row(text, number) {
  const line = document.createElement("li");
  for (const [content, kind] of [[text, "name"], [number, "number"]]) {
    const part = document.createElement("span");
    part.className = kind;
    part.textContent = content;
    line.append(part);
  }
  return line;
}

function say(text, bad = false) {
  at(model ? "said" : "about").textContent = text;
  at("said").classList.toggle("bad", bad);
}

function take(files) {
  const file = [...(files || [])][0];
  if (file && model) ask(file);
}

at("ask-token").addEventListener("submit", (event) => {
  event.preventDefault();
  token = at("token").value;
  start();
});
at("drop").addEventListener("click", () => at("file").click());
at("drop").addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    at("file").click();
  }
});
at("file").addEventListener("change", () => {
  take(at("file").files);
  at("file").value = ""; // so that the same picture can be chosen again
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  window.addEventListener(kind, (event) => {
    event.preventDefault();
    at("drop").classList.toggle("over", kind === "dragover");
    if (kind === "drop") take(event.dataTransfer.files);
  });
}
window.addEventListener("paste", (event) => take(event.clipboardData.files));
window.addEventListener("resize", draw);
at("score").addEventListener("input", draw);
at("picture").addEventListener("load", draw);
start();
