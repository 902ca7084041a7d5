/** Changes some accounts through the org's own REST API, as a user would. Returns the names of the accounts. */
export async function editAccounts(salesforceUrl: string, count: number): Promise<string[]> {
  const session = await signIn(salesforceUrl);
  const api = `${salesforceUrl}/services/data/v62.0`;
  const query = encodeURIComponent(`SELECT Id, Name FROM Account WHERE Name != null LIMIT ${count}`);
  const found = (await (await fetch(`${api}/query?q=${query}`, { headers: session })).json()) as {
    records: { Id: string; Name: string }[];
  };
  for (const { Id } of found.records) {
    const answer = await fetch(`${api}/sobjects/Account/${Id}`, {
      method: "PATCH",
      headers: { ...session, "content-type": "application/json" },
      body: JSON.stringify({ Description: `Edited during the demo at ${new Date().toISOString()}.` }),
    });
    if (!answer.ok) throw new Error(`Salesforce refused the change of account ${Id} with ${answer.status}.`);
  }
  return found.records.map(({ Name }) => Name);
}

async function signIn(salesforceUrl: string): Promise<{ authorization: string }> {
  const answer = await fetch(`${salesforceUrl}/services/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "simulator-admin",
      client_secret: "simulator-admin",
    }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  return { authorization: `Bearer ${access_token}` };
}
