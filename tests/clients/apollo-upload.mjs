// apollo-upload-client: a picture as a multipart request, with Apollo's own header against cross-site requests.
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { given, headers, tell } from './asked.mjs';

const UPLOAD = gql`
  mutation Upload($file: Upload!) {
    uploadImage(file: $file, purpose: AVATAR) { image { width height contentType } userErrors { code } }
  }
`;
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: new UploadHttpLink({ uri: given.url, headers: { ...headers, 'apollo-require-preflight': 'true' } }),
});

const file = new File([Buffer.from(given.picture, 'base64')], 'face.png', { type: 'image/png' });
tell((await client.mutate({ mutation: UPLOAD, variables: { file } })).data);
client.stop();
