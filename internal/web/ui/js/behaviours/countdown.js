// Counts the seconds until trying again helps.
export default function countdown(element) {
  const end = Date.parse(element.dataset.until);
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    element.textContent = left > 0 ? ` Trying again helps in ${left} ${left === 1 ? 'second' : 'seconds'}.` : ' You can try again now.';
    if (left > 0 && element.isConnected) setTimeout(tick, 1000);
  };
  tick();
}
