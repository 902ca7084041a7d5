import { drawProse } from "../content/prose.ts";
import { placeholdersOf, type Customers, drawAuthors, drawOwner } from "./accounts.ts";
import { dayText, drawStamps, type OrgBuilder, type Value } from "./org-builder.ts";
import type { People } from "./people.ts";
import { drawProduct } from "./pools.ts";

export function writeCustomAndActivities(org: OrgBuilder, people: People, customers: Customers): void {
  writeProjects(org, people, customers);
  writeInstallations(org, people, customers);
  writeSurveys(org, people);
  writeActivities(org, people, customers);
  writeArticles(org, people);
}

function writeProjects(org: OrgBuilder, people: People, customers: Customers): void {
  const random = org.random("projects");
  const { projects, milestones, accounts, opportunities } = org.counts;
  for (let index = 0; index < projects; index += 1) {
    const account = customers.living(random.skewed(accounts));
    const language = customers.languages[account] ?? "en";
    const placeholders = placeholdersOf(random, org, { company: customers.accountNames[account] ?? "", language });
    const stamps = drawStamps(random);
    org.table("Project__c").add({
      ...stamps,
      ...drawAuthors(random, people),
      OwnerId: drawOwner(random, people).id,
      Name: `${placeholders.product} for ${placeholders.company}`.slice(0, 80),
      Account__c: org.table("Account").idAt(account),
      Opportunity__c: random.chance(0.6) ? org.table("Opportunity").idAt(random.below(opportunities)) : null,
      Project_Lead__c: random.pick(people.staff).id,
      Status__c: random.pick(["Draft", "Running", "On hold", "Done", "Cancelled"]),
      Phases__c: ["Discovery", "Design", "Build", "Test", "Rollout"].filter(() => random.chance(0.5)).join(";") || null,
      Start_Date__c: dayText(stamps.CreatedDate),
      End_Date__c: dayText(stamps.CreatedDate + random.between(30, 700) * 86_400_000),
      Budget__c: random.between(5, 4000) * 1000,
      Progress__c: random.between(0, 100),
      Summary__c: drawProse(random, language, { count: random.between(2, 4), placeholders }),
      Lessons__c: random.maybe(0.3, () => `<p>${drawProse(random, language, { count: 3, placeholders })}</p>`),
      Project_Code__c: `PRJ-${String(index).padStart(6, "0")}`,
      Site__Latitude__s: Math.round(random.next() * 1_000_000) / 10_000 - 40,
      Site__Longitude__s: Math.round(random.next() * 3_600_000) / 10_000 - 180,
    });
  }
  for (let index = 0; index < milestones; index += 1) {
    const stamps = drawStamps(random);
    org.table("Milestone__c").add({
      ...stamps,
      Name: `M-${String(index + 1).padStart(6, "0")}`,
      Project__c: org.table("Project__c").idAt(random.below(projects)),
      Account__c: org.table("Account").idAt(customers.living(random.below(accounts))),
      Due_Date__c: dayText(stamps.CreatedDate + random.between(5, 200) * 86_400_000),
      Reached__c: random.chance(0.5) ? 1 : 0,
      Notes__c: drawProse(random, "en", {
        count: 2,
        placeholders: placeholdersOf(random, org, { company: "The customer", language: "en" }),
      }),
    });
  }
}

function writeInstallations(org: OrgBuilder, people: People, customers: Customers): void {
  const random = org.random("installations");
  const products = org.table("Product2").count;
  for (let index = 0; index < org.counts.installations; index += 1) {
    const account = customers.living(random.skewed(org.counts.accounts));
    const language = customers.languages[account] ?? "en";
    const placeholders = placeholdersOf(random, org, { company: customers.accountNames[account] ?? "", language });
    const stamps = drawStamps(random);
    const text = drawProse(random, language, { count: 2, placeholders });
    org.table("Installation__c").add({
      ...stamps,
      ...drawAuthors(random, people),
      OwnerId: drawOwner(random, people).id,
      Name: `${drawProduct(random)} in ${placeholders.city}`.slice(0, 80),
      Account__c: org.table("Account").idAt(account),
      Product__c: org.table("Product2").idAt(random.below(products)),
      Main_Contact__c: org.table("Contact").idAt(random.below(org.counts.contacts)),
      Address__Street__s: `${placeholders.person} Street ${random.between(1, 99)}`,
      Address__City__s: placeholders.city.slice(0, 40),
      Address__PostalCode__s: String(random.between(10_000, 99_999)),
      Address__CountryCode__s: "DE",
      Position__Latitude__s: 40 + Math.round(random.next() * 200_000) / 10_000,
      Position__Longitude__s: Math.round(random.next() * 400_000) / 10_000 - 10,
      Checked__c: random.chance(0.7) ? 1 : 0,
      Serial_Number__c: `SN-${String(index).padStart(7, "0")}`,
      Units__c: random.between(1, 200),
      Rating__c: random.between(0, 1000) / 100,
      Price__c: random.between(100, 900_000) / 2,
      Discount__c: random.maybe(0.4, () => random.between(0, 3000) / 100),
      Installed__c: dayText(stamps.CreatedDate),
      Last_Service__c: random.maybe(0.7, () => stamps.LastModifiedDate),
      Service_Time__c: random.maybe(0.7, () => random.between(0, 95) * 900_000),
      Mail__c: "station@customer.example",
      Hotline__c: "+49 800 123456",
      Manual__c: `https://manuals.example/${index}`,
      Options__c: random.maybe(
        0.6,
        () =>
          ["Backup power", "Remote access", "Noise hood"].filter(() => random.chance(0.5)).join(";") ||
          "Salt protection",
      ),
      State__c: random.pick(["Planned", "Installed", "Retired"]),
      Short_Text__c: text.slice(0, 120),
      Long_Text__c: text,
      Rich_Text__c: `<p><b>${placeholders.company}</b> ${text}</p>`,
      Door_Code__c: String(random.between(1000, 9999)),
    });
  }
}

function writeSurveys(org: OrgBuilder, people: People): void {
  const random = org.random("surveys");
  const questions = org.schema.get("Survey_Response__c").fields.filter(({ name }) => name.startsWith("Question_"));
  for (let index = 0; index < org.counts.surveys; index += 1) {
    const stamps = drawStamps(random);
    const answers: Record<string, Value> = {};
    for (const { name, type } of questions) {
      if (type === "boolean") answers[name] = random.below(2);
      else if (random.chance(0.2))
        answers[name] = type === "double" ? random.below(50) / 10 : type === "picklist" ? "Good" : "No further remarks";
    }
    org.table("Survey_Response__c").add({
      ...stamps,
      ...answers,
      OwnerId: random.pick(people.staff).id,
      Name: `SR-${String(index + 1).padStart(5, "0")}`,
      Contact__c: org.table("Contact").idAt(random.below(org.counts.contacts)),
      Case__c: org.table("Case").idAt(random.below(org.counts.cases)),
      Answered__c: stamps.CreatedDate,
      Language__c: random.pick(["English", "Deutsch", "Français"]),
      Comment__c: drawProse(random, "en", {
        count: 1,
        placeholders: placeholdersOf(random, org, { company: "Your team", language: "en" }),
      }),
      Score__c: random.below(100) / 10,
    });
  }
}

function writeActivities(org: OrgBuilder, people: People, customers: Customers): void {
  const random = org.random("activities");
  const count = Math.max(6, Math.round(org.counts.accounts / 10));
  for (let index = 0; index < count; index += 1) {
    const account = customers.living(random.skewed(org.counts.accounts));
    const stamps = drawStamps(random);
    const contact = org.table("Contact").idAt(random.below(org.counts.contacts));
    const about = { company: customers.accountNames[account] ?? "", language: "en" as const };
    const shared = {
      ...stamps,
      OwnerId: random.pick(people.staff).id,
      WhoId: random.chance(0.3) ? org.table("Lead").idAt(random.below(org.counts.leads)) : contact,
      WhatId: random.chance(0.5)
        ? org.table("Account").idAt(account)
        : org.table("Opportunity").idAt(random.below(org.counts.opportunities)),
      Description: drawProse(random, "en", { count: 2, placeholders: placeholdersOf(random, org, about) }),
      ActivityDate: dayText(stamps.CreatedDate + random.below(30) * 86_400_000),
    };
    org.table("Task").add({
      ...shared,
      Subject: random.pick(["Call", "Send Quote", "Email", "Send Letter"]),
      Status: random.pick(["Not Started", "In Progress", "Completed"]),
      Priority: random.pick(["High", "Normal", "Low"]),
      TaskSubtype: "Task",
    });
    org.table("Event").add({
      ...shared,
      Subject: random.pick(["Meeting", "Call"]),
      Location: random.pick(org.pools.de.cities),
      StartDateTime: stamps.CreatedDate,
      ActivityDateTime: stamps.CreatedDate,
      EndDateTime: stamps.CreatedDate + 3_600_000,
      DurationInMinutes: 60,
      ShowAs: "Busy",
    });
  }
}

function writeArticles(org: OrgBuilder, people: People): void {
  const random = org.random("articles");
  const count = Math.max(3, Math.min(300, Math.round(org.counts.cases / 100)));
  const statuses = ["Online", "Online", "Draft", "Archived"];
  for (let index = 0; index < count; index += 1) {
    const stamps = drawStamps(random);
    const placeholders = placeholdersOf(random, org, { company: "your company", language: "en" });
    const status = statuses[index % statuses.length] ?? "Online";
    org.table("Knowledge__kav").add({
      ...stamps,
      OwnerId: random.pick(people.staff).id,
      ArticleNumber: String(index + 1).padStart(9, "0"),
      Title: `How to service the ${placeholders.product}`,
      UrlName: `how-to-service-${index}`,
      Summary: drawProse(random, "en", { count: 1, placeholders }),
      Details__c: `<p>${drawProse(random, "en", { count: 4, placeholders })}</p>`,
      Language: "en_US",
      PublishStatus: status,
      ValidationStatus: "Published",
      VersionNumber: 1,
      IsLatestVersion: status === "Archived" ? 0 : 1,
      IsVisibleInApp: 1,
      FirstPublishedDate: status === "Draft" ? null : stamps.CreatedDate,
      LastPublishedDate: status === "Draft" ? null : stamps.LastModifiedDate,
    });
  }
}
