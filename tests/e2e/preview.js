// Makes a small PNG of a screenshot, whose bytes it gets: 8 bits a pixel with the colours that occur most, all others as the
// nearest of these. Gives its bytes.
const [bytes] = arguments;
return (async () => {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const { width, height } = bitmap;
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 64).map(([pixel]) => pixel);
  const parts = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const nearest = new Map();
  for (const pixel of counts.keys()) {
    const own = parts(pixel);
    const far = (other) => parts(other).reduce((sum, part, i) => sum + (part - own[i]) ** 2, 0);
    nearest.set(pixel, palette.reduce((best, other, i) => (far(other) < far(palette[best]) ? i : best), 0));
  }
  const rows = new Uint8Array((width + 1) * height); // each row begins with its filter: none
  pixels.forEach((pixel, i) => (rows[i + Math.floor(i / width) + 1] = nearest.get(pixel)));
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(packed).arrayBuffer());

  const word = (n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  const crc = (list) => {
    let sum = -1;
    for (const byte of list) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return ~sum;
  };
  const chunk = (name, body) => {
    const named = [...[...name].map((c) => c.charCodeAt(0)), ...body];
    return [...word(body.length), ...named, ...word(crc(named))];
  };
  return [
    137, 80, 78, 71, 13, 10, 26, 10,
    ...chunk("IHDR", [...word(width), ...word(height), 8, 3, 0, 0, 0]),
    ...chunk("PLTE", palette.flatMap(parts)),
    ...chunk("IDAT", [...data]),
    ...chunk("IEND", []),
  ];
})();
