// Which tests run as one: for each file that Jest runs it makes a world anew, and loads itself and the packages
// there, which takes longer than most of our files do. So it is given one file of several in a folder, and
// `room.ts` loads the others beside it.

const { dirname } = require("node:path");

/** Not all of a large folder, or else one core would still be at it when the others are done. */
const MOST = 16;

/** Of all projects; where Jest watches, the newest stand first. */
const all = [];

/** Is asked by Jest, with the paths of all files that it would run of a project. */
module.exports = (paths) => {
  const rooms = [...foldersOf(paths).values()].flatMap(roomsOf);
  all.unshift(...rooms);
  // Jest's workers are started later, and know what this process knows.
  process.env.CHANKIT_ROOMS = JSON.stringify(all);
  return { filtered: rooms.map(([first]) => first) };
};

function foldersOf(paths) {
  const folders = new Map();
  for (const path of [...paths].sort()) {
    folders.set(dirname(path), [...(folders.get(dirname(path)) ?? []), path]);
  }
  return folders;
}

/** Neighbours apart: they do the like, and take as long. */
function roomsOf(paths) {
  const count = Math.ceil(paths.length / MOST);
  return Array.from({ length: count }, (_, room) => paths.filter((_, i) => i % count === room));
}
