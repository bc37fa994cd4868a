// A link to the sign-in by token carries the token behind #, which a browser sends to nobody; here it
// goes into its field and out of the address.
'use strict';
if (location.hash.length > 1) {
  document.getElementById('token').value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
}
