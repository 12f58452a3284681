// The first script of every page, before anything is painted. It sets the theme that a link asks for, and puts this site's folder
// into the policy of the head: 'self' would be all of the host, and nothing in a sandboxed frame of WebKit. Addresses that no policy
// can name (IPv6, files, names with _) stay 'self'.
{
  const theme = /[?&]theme=(light|dark)(?:&|$)/i.exec(location.search);
  if (theme) document.documentElement.dataset.theme = theme[1].toLowerCase();
  const { href: home, hostname } = new URL("./", document.currentScript.src);
  const own = () => /^[a-z\d.-]+$/.test(hostname) ? home.replace(/[;,]/g, encodeURIComponent) : "'self'";
  const policy = document.querySelector("meta[http-equiv]");
  const ours = policy.cloneNode();
  ours.content = policy.content.replaceAll("'self' http:", own);
  policy.after(ours);
  // Trusted Types: scripts and workers come from there, too, and text becomes neither markup nor code.
  self.trustedTypes?.createPolicy("default", {
    createScriptURL: (text) => {
      const { href } = new URL(text, document.baseURI);
      return href.startsWith(home) ? href : null;
    },
  });
}
