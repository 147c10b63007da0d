// What every client here is given, asks for, and tells.

export const given = JSON.parse(process.argv[2]);
export const headers = given.token ? { authorization: `Bearer ${given.token}` } : {};
export const socketUrl = given.url.replace('http', 'ws');

export const QUERY = 'query Who { studio { name } viewer { user { username } } }';
export const MUTATION = `mutation LogIn($input: LogInInput!) {
  logIn(input: $input) { viewer { user { username } } userErrors { code } }
}`;
export const MISTAKE = 'query Mistake { nonsense }';
export const SUBSCRIPTION = 'subscription Published { designPublished { title status } }';

export const variables = { input: { username: given.username, password: given.password } };

export function tell(answers) {
  console.log(JSON.stringify(answers));
}

export const codes = (errors) => errors.map((error) => error.extensions.code);

// The built-in fetch, which notes in `seen` what was sent and what kind of answer came.
export function noting(seen) {
  return async (address, options = {}) => {
    const response = await fetch(address, options);
    const [type] = (response.headers.get('content-type') ?? '').split(';');
    const sent = options.body ?? new URL(address).search;
    seen.push({ method: options.method ?? 'GET', document: /[?&]query=|"query":/.test(sent), type });
    return response;
  };
}
