import { bodyOf, printedForms, rejection, SECRET, stubFetch } from "./helpers.mjs";

/** Tokens that the edge build signs, verified by another library. */
export default function tokens(QUnit, { core, edge, jose, sandbox, inspect }) {
  const { module, test } = QUnit;
  const { ServiceAccount } = edge;
  const { credentials } = sandbox;

  async function publicKey() {
    const key = await jose.importPKCS8(credentials.private_key, "RS256", { extractable: true });
    const { kty, n, e } = await jose.exportJWK(key);
    return jose.importJWK({ kty, n, e }, "RS256");
  }

  module("service account", () => {
    test("jose verifies the signature, header, claims and lifetime of a token", async (assert) => {
      const key = await publicKey();
      const account = await ServiceAccount.fromCredentials(credentials);
      for (const [options, life] of [
        [undefined, 300],
        [{ ttlSeconds: 60 }, 60],
        [{ ttlSeconds: 3600 }, 3600],
      ]) {
        const token = await account.mintToken(options);
        const { payload, protectedHeader } = await jose.jwtVerify(token, key, { algorithms: ["RS256"] });
        assert.deepEqual(protectedHeader, { alg: "RS256", typ: "JWT", kid: credentials.key_id });
        assert.strictEqual(payload.iss, credentials.account_id);
        assert.ok(payload.exp - payload.iat <= 3600, "within the API's limit");
        const now = Date.now() / 1000;
        assert.ok(payload.iat <= now && payload.iat > now - 30, "issued a little in the past");
        assert.ok(Math.abs(payload.exp - now - life) < 30, `lives for about ${life} s`);
      }
      const other = await jose.generateKeyPair("RS256");
      const token = await account.mintToken();
      assert.equal(
        (await rejection(jose.jwtVerify(token, other.publicKey))).code,
        "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
      );
    });

    test("every form of credentials.json and a child account are accepted", async (assert) => {
      const key = await publicKey();
      const { account_id, key_id, private_key } = credentials;
      const forms = [
        credentials,
        { result: credentials },
        JSON.stringify(credentials),
        JSON.stringify({ result: credentials }),
        { account_id: String(account_id), key_id, private_key },
        { account_id: ` ${account_id}\n`, key_id: `${key_id}\n`, private_key },
        // As secret stores, shells and env files wrap the file.
        btoa(JSON.stringify(credentials)),
        JSON.stringify(credentials).replaceAll("\\n", "\n"),
        JSON.stringify(JSON.stringify(credentials)),
        `'${JSON.stringify(credentials, null, 2)}'\r\n`,
        encodeURIComponent(JSON.stringify(credentials)),
        { ...credentials, private_key: btoa(private_key) },
      ];
      for (const form of forms) {
        const token = await (await ServiceAccount.fromCredentials(form)).mintToken();
        assert.strictEqual((await jose.jwtVerify(token, key)).payload.iss, account_id);
      }
      const child = await ServiceAccount.fromCredentials(credentials, { accountId: 77 });
      assert.strictEqual((await jose.jwtVerify(await child.mintToken(), key)).payload.iss, 77);
    });

    test("a child account that is null is refused, because the token would be for the parent", async (assert) => {
      const error = await rejection(ServiceAccount.fromCredentials(credentials, { accountId: null }));
      assert.equal(error.kind, "invalid_options");
      assert.ok(error.message.startsWith("accountId: expected an integer from 1 to 2^53-1, got null"));
      const account = await ServiceAccount.fromCredentials(credentials, { accountId: undefined });
      assert.ok(await account.mintToken());
    });

    test("an account of edge signs tokens for a client of core", async (assert) => {
      const account = await ServiceAccount.fromCredentials(credentials);
      const client = new core.SmsHistoryClient({ token: account, baseUrl: sandbox.url });
      assert.equal((await client.getSmsHistory({ count: 3 })).length, 3);
    });

    const key = credentials.private_key;
    const bad = [
      ["no key_id", { account_id: 1, private_key: key }, "key_id"],
      ["no private_key", { account_id: 1, key_id: "k" }, "private_key"],
      ["no account_id", { key_id: "k", private_key: key }, "account_id"],
      [
        "a PEM of another label",
        { ...credentials, private_key: key.replaceAll("PRIVATE KEY", "PUBLIC KEY") },
        "PUBLIC KEY",
      ],
      [
        "an encrypted PEM",
        { ...credentials, private_key: key.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY") },
        "encrypted",
      ],
      [
        "a damaged PEM",
        { ...credentials, private_key: `${key.slice(0, 200)}\n-----END PRIVATE KEY-----\n` },
        "private_key",
      ],
      ["no PEM", { ...credentials, private_key: "secret-without-a-label" }, "private_key"],
      ["truncated JSON", JSON.stringify(credentials).slice(0, 300), "JSON"],
      [
        "an account_id that is NaN",
        { ...credentials, account_id: Number.NaN },
        "account_id: expected an integer from 1 to 2^53-1 or a string of its digits, got NaN",
      ],
      ["an infinite account_id", { result: { ...credentials, account_id: -Infinity } }, "got -Infinity"],
      ["a key_id that is NaN", { ...credentials, key_id: Number.NaN }, "key_id: expected a string, got NaN"],
      [
        "a bigint",
        { ...credentials, account_id: 5n },
        "account_id: expected an integer from 1 to 2^53-1 or a string of its digits, got a bigint",
      ],
      ["a file's path", "./credentials.json", "got a file's path; pass its text"],
      ["nothing", undefined, "credentials"],
      ["a number", 5, "credentials"],
      ["a forgotten await", Promise.resolve(JSON.stringify(credentials)), "a Promise that was not awaited"],
      ["the file's bytes", new TextEncoder().encode(JSON.stringify(credentials)), "got bytes"],
    ];
    for (const [name, form, word] of bad) {
      test(`${name} causes a credentials error that names it and quotes nothing`, async (assert) => {
        const error = await rejection(ServiceAccount.fromCredentials(form));
        assert.ok(error instanceof core.SmsHistoryError);
        assert.equal(error.kind, "credentials");
        assert.ok(error.message.includes(word), error.message);
        const line = key.split("\n")[1];
        for (const secret of [line, line.slice(0, 20), "secret-without"])
          assert.notOk(printedForms(error, inspect).includes(secret));
      });
    }

    test("keys that are too short or not RSA are refused", async (assert) => {
      const pem = async (algorithm, usages) => {
        const pair = await crypto.subtle.generateKey(algorithm, true, usages);
        return pemOf(new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)));
      };
      const rsa = {
        name: "RSASSA-PKCS1-v1_5",
        modulusLength: 1024,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: "SHA-256",
      };
      const short = { ...credentials, private_key: await pem(rsa, ["sign", "verify"]) };
      const curve = {
        ...credentials,
        private_key: await pem({ name: "ECDSA", namedCurve: "P-256" }, ["sign", "verify"]),
      };
      for (const [form, word] of [
        [short, "2048"],
        [curve, "RSA"],
      ]) {
        const error = await rejection(ServiceAccount.fromCredentials(form));
        assert.equal(error.kind, "credentials");
        assert.ok(error.message.includes(word), error.message);
      }
    });

    test("a key with a flipped bit is refused, or its tokens are valid", async (assert) => {
      const key = await publicKey();
      const der = derOf(credentials.private_key);
      const names = ["modulus", "exponent", "private exponent", "prime 1", "prime 2"];
      names.push("exponent 1", "exponent 2", "coefficient");
      for (const [place, { start, end }] of integersOf(der).entries()) {
        for (const position of [end - 1, (start + end) >> 1]) {
          const damaged = der.slice();
          damaged[position] ^= 0x10;
          const form = { ...credentials, private_key: pemOf(damaged) };
          const account = await ServiceAccount.fromCredentials(form).catch((error) => error);
          const what = `${names[place]}, byte ${position - start}`;
          if (account instanceof ServiceAccount) {
            assert.notEqual(names[place], "modulus", what);
            await jose.jwtVerify(await account.mintToken(), key);
          } else {
            assert.equal(account.kind, "credentials", what);
            assert.ok(account.message.startsWith("private_key: expected "), account.message);
          }
        }
      }
    });

    test("lifetimes outside the API's limits and unknown options are refused", async (assert) => {
      const account = await ServiceAccount.fromCredentials(credentials);
      for (const options of [
        { ttlSeconds: 0 },
        { ttlSeconds: 3601 },
        { ttlSeconds: 1.5 },
        { ttlSeconds: "60" },
        { ttl: 60 },
      ]) {
        const error = await rejection(account.mintToken(options));
        assert.equal(error.kind, "invalid_options", JSON.stringify(options));
        assert.ok(error.message.includes("ttlSeconds"), error.message);
      }
      assert.equal(
        (await rejection(ServiceAccount.fromCredentials(credentials, { account: 5 }))).kind,
        "invalid_options",
      );
    });

    test("no property or output reveals the key", async (assert) => {
      const account = await ServiceAccount.fromCredentials(credentials);
      const client = new edge.SmsHistoryClient({ token: account, fetch: stubFetch(bodyOf([])) });
      await client.getSmsHistory();
      const fixed = new edge.SmsHistoryClient({ token: SECRET, fetch: stubFetch(bodyOf([])) });
      await fixed.getSmsHistory();
      const body = key.split("\n")[1];
      for (const value of [account, client, fixed]) {
        const all = printedForms(value, inspect);
        assert.notOk(
          all.includes(body) ||
            all.includes("eyJ") ||
            all.includes(SECRET) ||
            all.includes(credentials.key_id),
          all,
        );
      }
    });
  });
}

function derOf(pem) {
  const text = atob(pem.replace(/-----.*?-----|\s/g, ""));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function pemOf(der) {
  const text = btoa(String.fromCharCode(...der))
    .match(/.{1,64}/g)
    .join("\n");
  return `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`;
}

/** Where a PKCS#8 RSA key has the contents of its eight numbers, the modulus first. */
function integersOf(der) {
  // Behind the sequence, version, algorithm, octet string, sequence and version of a key of 2048 bits.
  let at = 4 + 3 + 15 + 4 + 4 + 3;
  return Array.from({ length: 8 }, () => {
    const long = der[at + 1] & 0x80 ? der[at + 1] & 0x7f : 0;
    const size = long
      ? [...der.subarray(at + 2, at + 2 + long)].reduce((sum, byte) => sum * 256 + byte)
      : der[at + 1];
    const start = at + 2 + long;
    at = start + size;
    return { start, end: at };
  });
}
