/** What a page does that tests devices: a tone and the camera go through two connections of its own. Answers what stops it. */
export async function testDevices() {
  const context = new AudioContext();
  const tone = new OscillatorNode(context);
  const destination = context.createMediaStreamDestination();
  tone.connect(destination);
  tone.start();
  const { stream } = destination;
  const camera = await navigator.mediaDevices.getUserMedia({ video: true });
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
  here.onicecandidate = ({ candidate }) => there.addIceCandidate(candidate);
  there.onicecandidate = ({ candidate }) => here.addIceCandidate(candidate);
  const player = document.createElement('video');
  player.autoplay = true;
  there.ontrack = ({ streams }) => (player.srcObject = streams[0]);
  for (const track of [...stream.getTracks(), ...camera.getTracks()]) here.addTrack(track, stream);
  await here.setLocalDescription();
  await there.setRemoteDescription(here.localDescription);
  await there.setLocalDescription();
  await here.setRemoteDescription(there.localDescription);
  return {
    player,
    stop() {
      here.close();
      there.close();
      void context.close();
    },
  };
}
