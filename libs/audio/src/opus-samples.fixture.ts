/** A 440 Hz sine of amplitude 12000 in 20 ms packets, encoded with libopus: mono SILK at 16 kbit/s. */
export const monoSinePackets: readonly Uint8Array[] = [
  'eIM/LVaCdPQAAAvUmkoSBXqLmQoWVvSVWtDV6i8qsNFjZs9jHhKz8qZWocTDqw55hcGepqetBbMWY9wRsBs0daCWXRTrFACz',
  'eKwxlsWqDS92kZHqOszLs+PU37rjZvsoLgYsqo5aG4g0+6cdElptmAPwq/WG1PGD5cIP',
  'eKKKd7wXwLsp89YDkhfq4mVafxs9TjTJnOxdwYdyYs/WrEAXiBc3vnh/cNeOpbw66xdfnfLU9hAxuxkd',
  'eKKKeXhciFcipLsRJCrOWCxu1nxzHijcDRTkEePwXe7UuZ5Fxxs2Vjq0equLbe4llZi2OwnhXGxdNQ==',
  'eKKLTBBZ0mECmYGLMXabpPMExgF4DjyYCc6Ln6py1AmqONKE40wICSUCIbtEBJ9n5f+IKw==',
  'eKKKhwHNRxDrihuFzEBovRkQlaMCd26F1CBHffnfrs8ZXNKjFXFe+Jiz8nhk1U0xvBNLVDwgNH2sszB6+g==',
  'eKKLTBBZ0mE/+FvyFApY71U9ONGa5Vpalw53bPA4mFveXcBKMzQrkHDqMYPztlY=',
  'eKKKeWVe3sv6zmcWoKVT3JDRUZzK1eSCR8HqGEiZI5z47dER0HmnL+GjYHzpcTG7GR0=',
].map((text) => Buffer.from(text, 'base64'));

/** The same sine in the left channel only: stereo CELT at 48 kbit/s. */
export const stereoSinePackets: readonly Uint8Array[] = [
  '/LUOtAPkojU0/75opMQwTvyoQB5juQVyAOuUUm30h8mZd/UC/1waJ556+Ml17suCAFELIU53xh79Xg0YAWY7tPuE3RrdEoc3xEPRyWT7ba6REJCcF57RDn0RDn0i6nqqORyOpUz6+ubM090XnZ1B/gcUfIyGNC/IVLWQa7BrkOePlqdyV4VCgbovxmNXV0WsXZT3puTw6J4LhvsIj30vBkOfQCCkSChuNaKIGACKGZhCAgZmApAHbQ==',
  '/LMXnIxBQnpo5rR7t6RBUyutYE4q6awxVxVNvHdViUoEvG/GfYeXPCgsuiWbhLaU/6fpVTm1jlEcLU4hfB6BRVLGR/QEZVO4jRrpSI4QYwAVH8MBv6Y/IP5BZ3fPttlADb392FT6kW7suP8rJ2W1D8lFaqEfVeO6zWnTrfJs31ZGMLe2EZ3jLVuREYQkAgJAuCgIMA2u',
  '/LNd77PW2XF4J4ZmXPrcAYwZ7GnLbZyvYHYGNrivqqYJ2b17OsVR5trp+sa/na6JrP7drlge9dIyxnJ+OonLe6HI0Bu/o5fIr7R9OnWx+hh38SYB44JZ/fPZoRh26wjxNTRpnOWkN/HtrPrkxuv39e+R8Piuzf3GpJyoRP0A1YCKlbDlDpHs2pEBoAAgAUB4MAQwKa4=',
  '/LmK0HMYhlSGUejyaUOiTsE/B1//S0N2t0ihnpg/l/qtnYT4oEWcns83BIHcmyZbRCGN0Iji1t/xywKuFUVsTGLxU88wueE6eCH14gFBG+bz/LQqaZDdWGZHP3X8mEs9X14O8wLfMwZGaCu1+v0qAigKHhYcAoQFrg==',
  '/L8DVP2ND8n3Mhcr8D/YZhxGGrRPXvagoQmlRelPBz+ij0zHG7krOu3ISDUz+iNfFf7+tJjG1W7W9YXhQ6TWMpMQIzHGuTdcwPjjbXCTy1fCmmBEygKmevhtNnL0reZtzB7ZPg19Is6oIkcC1urqCKiICBYoPjg7rg==',
].map((text) => Buffer.from(text, 'base64'));
