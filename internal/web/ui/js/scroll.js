// Keeps the end of a growing conversation in view while the reader is there,
// and offers the way back when they are not.
const near = 160;

export function follow(content, jump) {
  const distance = () => document.documentElement.scrollHeight - innerHeight - scrollY;
  let following = true;

  function toEnd() { scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' }); }

  addEventListener('scroll', () => {
    following = distance() < near;
    if (following) jump.hidden = true;
  }, { passive: true });
  jump.querySelector('button').addEventListener('click', () => { following = true; toEnd(); });

  return {
    // stick goes to the end where the reader follows; force goes there anyway.
    stick(force) {
      if (force) following = true;
      if (following) requestAnimationFrame(toEnd);
      else jump.hidden = distance() < near;
    },
  };
}
