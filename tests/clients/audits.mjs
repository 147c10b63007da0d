// The audits of graphql-http: what GraphQL over HTTP must, should and may do.
import { serverAudits } from 'graphql-http';
import { given, tell } from './asked.mjs';

const results = await Promise.all(serverAudits({ url: given.url }).map((audit) => audit.fn()));
tell(results.map(({ id, name, status, reason }) => ({ id, name, status, ...(reason && { reason }) })));
