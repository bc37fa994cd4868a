// A slider over the file's own range beside each value that has one, and the mark that the values are
// the reader's as long as one is filled in. The field alone is sent.
'use strict';
const mark = document.getElementById('own-values');
const fields = [...document.querySelectorAll('input[name$=".value"]')];
function changed() {
  mark.hidden = fields.every(field => field.value.trim() === '');
}
for (const field of fields) {
  field.addEventListener('input', changed);
  if (!field.dataset.low) continue;
  const slider = document.createElement('input'), low = Number(field.dataset.low), high = Number(field.dataset.high);
  slider.type = 'range';
  slider.className = 'usa-range';
  slider.min = low;
  slider.max = high;
  slider.step = (high - low) / 200;
  slider.value = field.value || field.dataset.mode;
  slider.setAttribute('aria-label', field.labels[0].textContent);
  slider.addEventListener('input', () => {
    field.value = String(Number(Number(slider.value).toPrecision(3)));
    changed();
  });
  field.addEventListener('input', () => { slider.value = field.value.trim() || field.dataset.mode; });
  field.before(slider);
}
changed();
