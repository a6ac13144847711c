// An OpenID provider (npm oidc-provider) on loopback, for the sign-in tests.
//
//   node op.mjs REDIRECT_URI...
//
// It prints its issuer on the first line and ends with its standard input.
// Every login name is an account; any password is right.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'ba-test',
      client_secret: 'fixture-of-the-tests',
      redirect_uris: process.argv.slice(2),
      response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `Person ${id}`, email: `${id}@example.com`, email_verified: true }),
    }),
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false, // claims in the ID token, as the big providers have them
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    cookies: { keys: ['fixture'] },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
