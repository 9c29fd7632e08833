"use strict";
// Keeps the page's figures fresh. Without JavaScript they are those of the moment at which the page was loaded.
const place = document.getElementById("indexes");
const BUSY = 1000, IDLE = 10000; // milliseconds

async function refresh() {
  try {
    const reply = await fetch(place.dataset.live, { credentials: "same-origin" });
    const isReading = place.querySelector("details[open]") || place.contains(document.activeElement);
    if (reply.ok && !reply.redirected && !isReading) {
      place.innerHTML = await reply.text();
    }
  } catch {
    // The next one may get through.
  }
  later();
}

function later() {
  setTimeout(refresh, place.querySelector('[data-busy="yes"]') ? BUSY : IDLE);
}

if (place) {
  later();
}
