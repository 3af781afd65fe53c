// A real OpenID provider for the tests: npm's oidc-provider, with invented people and clients that
// the test names. It prints the address that it listens on; a line on its standard input ends it.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { Provider } = createRequire(new URL('../../../web/', import.meta.url))('oidc-provider');
const wanted = JSON.parse(process.argv[2]);
const people = wanted.people;

function configuration() {
  return {
    clients: wanted.clients,
    pkce: { required: () => false },
    cookies: { keys: ['only for tests'] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['given_name', 'family_name'],
      given_name: ['given_name'],
      family_name: ['family_name'],
      usual_name: ['usual_name'],
      siret: ['siret'],
    },
    scopes: ['openid', 'email', 'profile', 'given_name', 'family_name', 'usual_name', 'siret'],
    acrValues: ['eidas1', 'eidas2'],
    conformIdTokenClaims: wanted.claimsInUserinfoOnly ?? false,
    features: {
      devInteractions: { enabled: false },
      jwtUserinfo: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx, form) {
          ctx.body = `<!doctype html><html lang="fr"><title>Sortie</title><h1>Sortie</h1>${form}<button form="op.logoutForm" name="logout" value="yes">Oui</button></html>`;
        },
      },
    },
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256', 'ES256'],
      userinfoSigningAlgValues: ['RS256', 'ES256'],
    },
    jwks: wanted.jwks,
    // By itself it refuses to call this machine, as we do; here both ends are on it.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Grant: 600, Interaction: 600, Session: 600 },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, ...people[sub] }),
    }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope(configuration().scopes.join(' '));
      await grant.save();
      return grant;
    },
  };
}

const server = createServer();
server.listen(wanted.port ?? 0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(address, configuration());
  provider.on('backchannel.error', (_ctx, error, client) => {
    console.error(`the back channel to ${client.clientId} failed: ${error.message} ${error.cause ?? ""}`);
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    const found = /^\/interaction\/([^/]+)(\/abort|\/as\/(.+))?$/.exec(request.url);
    if (!found) {
      answer(request, response);
      return;
    }
    try {
      if (found[3]) {
        const login = { accountId: decodeURIComponent(found[3]), acr: wanted.acr };
        await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
      } else if (found[2]) {
        await provider.interactionFinished(request, response, { error: 'access_denied' }, { mergeWithLastSubmission: false });
      } else {
        const links = Object.keys(people).map((sub) => `<li><a href="/interaction/${found[1]}/as/${sub}">${sub}</a></li>`);
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(`<!doctype html><html lang="fr"><title>Qui ?</title><h1>Qui ?</h1><ul>${links.join('')}<li><a href="/interaction/${found[1]}/abort">non</a></li></ul></html>`);
      }
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  console.log(address);
});

process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
