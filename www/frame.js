// What a frame shows first (www/boot.js calls it): for now the live page, at once.

export const show = (start) => start();
