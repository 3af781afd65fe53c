// A plain map: our places and the larger towns around them, drawn here. Nothing is fetched from
// anybody. The list beside it says the same, so the map adds comfort and is never needed.
const frame = document.querySelector("[data-map-frame]");
const list = document.querySelector("[data-map-list]");

function at(element) {
  return [Number(element.dataset.lat), Number(element.dataset.lon)];
}

function landmark(element, map) {
  L.circleMarker(at(element), { radius: 3, className: "map-town", interactive: false })
    .bindTooltip(element.textContent, {
      permanent: true,
      direction: "right",
      className: "map-town-name",
    })
    .addTo(map);
}

function marker(place, map) {
  const kind = place.dataset.open ? "map-place" : "map-place map-place-closed";
  const drawn = L.circleMarker(at(place), { radius: 10, className: kind }).addTo(map);
  drawn.bindTooltip(place.dataset.name);
  drawn.on("click", () => {
    document.querySelectorAll(".near-chosen").forEach((one) => one.classList.remove("near-chosen"));
    place.classList.add("near-chosen");
    place.scrollIntoView({ block: "center" });
    place.querySelector("a")?.focus({ preventScroll: true });
  });
  return drawn;
}

function draw() {
  const places = [...list.querySelectorAll("[data-lat]")];
  if (!places.length) {
    return;
  }
  frame.hidden = false;
  const box = frame.querySelector("[data-map]");
  const map = L.map(box, {
    attributionControl: false,
    zoomControl: false,
    keyboard: false,
    scrollWheelZoom: false,
    zoomAnimation: false,
    maxZoom: 14,
  });
  L.control
    .zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut })
    .addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.fitBounds(L.latLngBounds(places.map(at)).pad(0.3), { maxZoom: 12 });
  frame.querySelectorAll("[data-map-landmarks] li").forEach((town) => landmark(town, map));
  places.forEach((place) => marker(place, map));
}

if (frame && list && window.L) {
  draw();
}
