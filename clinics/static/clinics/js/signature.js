// A signature drawn with finger, pen or mouse becomes lines of points, thousandths of the field, in a hidden field.
// Without this file, or for whoever cannot draw, the typed name is the signature.

const form = document.querySelector("form[data-signature]");
const canvas = form?.querySelector("canvas");

if (canvas) {
  const kept = form.elements.namedItem("strokes");
  const pen = canvas.getContext("2d");
  let strokes = [];
  let drawing = null;

  const share = (value) => Math.min(Math.max(Math.round(value * 1000), 0), 1000);
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
  };
  const draw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 3;
    pen.lineCap = "round";
    for (const stroke of drawing ? [...strokes, drawing] : strokes) {
      pen.beginPath();
      for (const [x, y] of stroke) pen.lineTo((x / 1000) * canvas.width, (y / 1000) * canvas.height);
      pen.stroke();
    }
  };
  const keep = () => {
    kept.value = strokes.length ? JSON.stringify(strokes) : "";
    draw();
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drawing = [point(event)];
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    drawing.push(point(event));
    draw();
  });
  canvas.addEventListener("pointerup", () => {
    if (drawing?.length > 1) strokes.push(drawing);
    drawing = null;
    keep();
  });
  form.querySelector("[data-clear]").addEventListener("click", () => {
    strokes = [];
    keep();
  });
}
