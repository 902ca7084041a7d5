import com.fasterxml.jackson.databind.ObjectMapper;
import com.force.api.ApiConfig;
import com.force.api.ApiException;
import com.force.api.ForceApi;
import com.force.api.QueryResult;
import java.util.LinkedHashMap;
import java.util.Map;

/** Calls the simulator with force-rest-api and prints the results as one line of JSON. */
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
    Map<String, Object> results = new LinkedHashMap<>();

    QueryResult<Map> page = api.query("SELECT Id, Name FROM Contact");
    int records = page.getRecords().size();
    while (!page.isDone()) {
      page = api.queryMore(page.getNextRecordsUrl());
      records += page.getRecords().size();
    }
    results.put("total", page.getTotalSize());
    results.put("records", records);

    String id = api.createSObject("Account", Map.of("Name", "Made by force-rest-api"));
    api.updateSObject("Account", id, Map.of("Industry", "Banking"));
    Map<?, ?> record = api.getSObject("Account", id).asMap();
    results.put("name", record.get("Name"));
    results.put("industry", record.get("Industry"));
    results.put("upsert", api.createOrUpdateSObject("Account", "ERP_Number__c", "JAVA-1", Map.of("Name", "Upserted")).toString());
    api.deleteSObject("Account", id);
    try {
      api.getSObject("Account", id);
    } catch (ApiException error) {
      results.put("gone", error.getCode());
    }
    try {
      api.query("SELECT Nme FROM Account");
    } catch (ApiException error) {
      results.put("refused", error.getCode());
    }
    results.put("objects", api.describeGlobal().getSObjects().size());
    results.put("contactFields", api.describeSObject("Contact").getFields().size());
    results.put("user", api.getIdentity().getUsername());
    System.out.println(new ObjectMapper().writeValueAsString(results));
  }
}
