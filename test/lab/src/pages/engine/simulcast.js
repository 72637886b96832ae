const smallestWidth = 320;
const rids = ['quarter', 'half', 'full'];
/** The unit tells no bandwidth, and a sender that has to guess one begins with the smallest picture alone. */
const bandwidth = 'x-google-min-bitrate=1200;x-google-start-bitrate=1500';

/** How many pictures a camera of that width sends, each with half the width of the next. */
function layersOf(width) {
  return Math.max(1, Math.min(rids.length, 1 + Math.floor(Math.log2(width / smallestWidth))));
}

/** The unit's offer with room for all layers. */
export function withBandwidth(sdp, mid) {
  return inSection(sdp, mid, (section) => {
    const types = section.flatMap((line) => /^a=rtpmap:(\d+) /.exec(line)?.[1] ?? []);
    const bare = types.filter((type) => !section.some((line) => line.startsWith(`a=fmtp:${type} `)));
    return [
      ...section.map((line) => (line.startsWith('a=fmtp:') ? `${line};${bandwidth}` : line)),
      ...bare.map((type) => `a=fmtp:${type} ${bandwidth}`),
    ];
  });
}

/** The unit's offer with what it takes to be asked for several pictures at once (RFC 8853), smallest first. */
export function askingForLayers(sdp, { mid, width }) {
  const wanted = rids.slice(-layersOf(width));
  return inSection(sdp, mid, (section) => [
    ...section,
    'a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    ...wanted.map((rid) => `a=rid:${rid} recv`),
    `a=simulcast:recv ${wanted.join(';')}`,
  ]);
}

/** The pictures that a sender sends, smallest first; one where all layers are within it. */
export async function sentLayers(sender, { height }) {
  const lines = [...(await sender.getStats()).values()].filter(({ type }) => type === 'outbound-rtp');
  const layers = lines.flatMap(({ rid, ssrc }) => {
    const place = rid === undefined ? rids.length - 1 : rids.indexOf(rid);
    return place < 0 ? [] : [{ ssrc, height: Math.round(height / 2 ** (rids.length - 1 - place)) }];
  });
  return layers.toSorted((one, other) => one.height - other.height);
}

/** The answer with the numbers, which the browser leaves out: the unit sorts packets by them. */
export function namingLayers(sdp, { mid, layers }) {
  return inSection(sdp, mid, (section) => [
    ...section.filter((line) => !line.startsWith('a=ssrc')),
    ...layers.map(({ ssrc }) => `a=ssrc:${ssrc} cname:layers`),
  ]);
}

/** The description with the lines of one section changed. */
function inSection(sdp, mid, change) {
  const sections = sdp.split(/^(?=m=)/m).map((section) => {
    const lines = section.split('\r\n').filter(Boolean);
    return `${(lines.includes(`a=mid:${mid}`) ? change(lines) : lines).join('\r\n')}\r\n`;
  });
  return sections.join('');
}
