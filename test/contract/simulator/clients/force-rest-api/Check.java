import com.fasterxml.jackson.databind.ObjectMapper;
import com.force.api.ApiConfig;
import com.force.api.ApiException;
import com.force.api.ForceApi;
import com.force.api.QueryResult;
import java.util.LinkedHashMap;
import java.util.Map;

/** Uses force-rest-api as its users do and prints what it saw, as one line of JSON. */
public final class Check {
  public static void main(String[] arguments) throws Exception {
    ApiConfig config =
        new ApiConfig()
            .setApiVersionString("v62.0")
            .setLoginEndpoint(arguments[0])
            .setClientId("simulator")
            .setClientSecret("simulator")
            .setUsername("simulator@simulated.example")
            .setPassword("simulatorTOKEN");
    ForceApi api = new ForceApi(config);
    Map<String, Object> seen = new LinkedHashMap<>();

    QueryResult<Map> page = api.query("SELECT Id, Name FROM Contact");
    int records = page.getRecords().size();
    while (!page.isDone()) {
      page = api.queryMore(page.getNextRecordsUrl());
      records += page.getRecords().size();
    }
    seen.put("total", page.getTotalSize());
    seen.put("records", records);

    String id = api.createSObject("Account", Map.of("Name", "Made by force-rest-api"));
    api.updateSObject("Account", id, Map.of("Industry", "Banking"));
    Map<?, ?> record = api.getSObject("Account", id).asMap();
    seen.put("name", record.get("Name"));
    seen.put("industry", record.get("Industry"));
    seen.put("upsert", api.createOrUpdateSObject("Account", "ERP_Number__c", "JAVA-1", Map.of("Name", "Upserted")).toString());
    api.deleteSObject("Account", id);
    try {
      api.getSObject("Account", id);
    } catch (ApiException error) {
      seen.put("gone", error.getCode());
    }
    try {
      api.query("SELECT Nme FROM Account");
    } catch (ApiException error) {
      seen.put("refused", error.getCode());
    }
    seen.put("objects", api.describeGlobal().getSObjects().size());
    seen.put("contactFields", api.describeSObject("Contact").getFields().size());
    seen.put("user", api.getIdentity().getUsername());
    System.out.println(new ObjectMapper().writeValueAsString(seen));
  }
}
