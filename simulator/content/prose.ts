import type { Random } from "../core/random.ts";

export type Language = "en" | "de" | "fr" | "es" | "ja" | "ar";

// {company}, {person}, {product}, {city} and {number} are placeholders.

const sentences: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "{company} wants to replace its old {product} before the end of the year.",
    "{person} asked for a written comparison with the offer of the present supplier.",
    "The plant in {city} runs in three shifts and cannot be stopped for more than {number} minutes.",
    "After the last firmware update the {product} restarts every {number} hours.",
    "Our technician measured the voltage twice and found nothing unusual.",
    "They signed the framework agreement for {number} units, delivery in two lots.",
    "{person} is on parental leave; please write to the purchasing team instead.",
    "The invoice shows the wrong address, it should go to the head office in {city}.",
    "Legal has approved the terms, only the liability cap is still open.",
    "We promised a first answer within {number} hours and kept it.",
    "The customer was very happy with the training and recommended us to {company} 🎉",
    "A pallet arrived damaged; photographs are attached to the case.",
    "Budget is confirmed, the board decides on the {number}th of next month.",
    "The smell near the {product} was a burnt relay, not a leak.",
    "They compare us with two competitors, price is not the main concern.",
    "Please do not call before ten, {person} works from {city} most mornings.",
    "The pilot ran for {number} days without a single fault.",
    "Spare parts for this model are no longer made, so we offered an upgrade path.",
    "Renewal is at risk: the sponsor left and nobody has used the portal since spring.",
    "We agreed to meet at the trade fair in {city}, hall {number}.",
    "The noise level is above the limit at night, the neighbours have complained.",
    "{company} opened a second warehouse and needs {number} more licences.",
    "The quote was sent on Friday and read the same evening.",
    "Data protection asked where the telemetry is stored and for how long.",
    "A workaround is in place, the final fix comes with the next release 🔧",
  ],
  de: [
    "{company} möchte die alte Anlage in {city} noch in diesem Jahr ersetzen.",
    "{person} bat um einen schriftlichen Vergleich mit dem bisherigen Lieferanten.",
    "Nach dem letzten Update startet das Gerät {product} alle {number} Stunden neu.",
    "Die Rechnung trägt die falsche Anschrift, sie gehört an den Hauptsitz in {city}.",
    "Der Rahmenvertrag über {number} Stück ist unterschrieben, Lieferung in zwei Losen.",
    "Unser Techniker hat zweimal gemessen und nichts Auffälliges gefunden.",
    "Bitte nicht vor zehn Uhr anrufen, {person} arbeitet vormittags von zu Hause.",
    "Der Kunde war mit der Schulung sehr zufrieden und hat uns weiterempfohlen 👍",
    "Die Haftungsgrenze ist noch offen, alles andere hat die Rechtsabteilung freigegeben.",
    "Für dieses Modell gibt es keine Ersatzteile mehr, wir haben einen Umstieg angeboten.",
    "Über größere Mengen entscheidet die Geschäftsführung erst nach der Messe in {city}.",
    "Die Prüfung der Schweißnähte ergab keine Mängel.",
  ],
  fr: [
    "{company} souhaite remplacer son ancienne installation à {city} avant la fin de l'année.",
    "{person} a demandé une comparaison écrite avec l'offre du fournisseur actuel.",
    "Depuis la dernière mise à jour, l'appareil {product} redémarre toutes les {number} heures.",
    "La facture porte une mauvaise adresse, elle doit être envoyée au siège de {city}.",
    "L'accord-cadre pour {number} unités est signé, la livraison se fera en deux lots.",
    "Notre technicien a mesuré deux fois la tension sans rien trouver d'anormal.",
    "Merci de ne pas appeler avant dix heures, {person} travaille à distance le matin.",
    "Le client est très satisfait de la formation et nous a recommandés 😊",
    "Le plafond de responsabilité reste à négocier, le reste est approuvé.",
    "Les pièces de rechange de ce modèle ne sont plus fabriquées.",
  ],
  es: [
    "{company} quiere sustituir su antigua instalación en {city} antes de fin de año.",
    "{person} pidió una comparación por escrito con la oferta del proveedor actual.",
    "Desde la última actualización, el equipo {product} se reinicia cada {number} horas.",
    "La factura lleva una dirección equivocada, debe enviarse a la oficina de {city}.",
    "El acuerdo marco por {number} unidades está firmado, con entrega en dos lotes.",
    "Nuestro técnico midió la tensión dos veces y no encontró nada extraño.",
    "Por favor, no llame antes de las diez; {person} trabaja desde casa por la mañana.",
    "El cliente quedó muy contento con la formación y nos recomendó ⭐",
    "Queda pendiente el límite de responsabilidad, lo demás está aprobado.",
    "Ya no se fabrican recambios para este modelo.",
  ],
  ja: [
    "{company}は{city}の古い設備を年内に入れ替える予定です。",
    "{person}様より、現在の仕入先との比較資料のご依頼がありました。",
    "前回の更新以降、{product}が{number}時間ごとに再起動します。",
    "請求書の住所が間違っているため、{city}の本社宛てに再発行してください。",
    "{number}台の基本契約が締結され、納品は二回に分けて行います。",
    "技術者が電圧を二度測定しましたが、異常は見つかりませんでした。",
    "午前十時前のお電話はご遠慮ください。",
    "研修の評価は大変高く、他社にもご紹介いただきました🎌",
    "この型番の交換部品は製造を終了しました。",
  ],
  ar: [
    "ترغب {company} في استبدال المعدات القديمة في {city} قبل نهاية العام.",
    "طلب {person} مقارنة مكتوبة مع عرض المورد الحالي.",
    "منذ آخر تحديث يعيد الجهاز {product} التشغيل كل {number} ساعات.",
    "عنوان الفاتورة غير صحيح ويجب إرسالها إلى المكتب الرئيسي في {city}.",
    "تم توقيع الاتفاقية الإطارية لعدد {number} وحدة على دفعتين.",
    "قاس الفني الجهد مرتين ولم يجد شيئًا غير عادي.",
    "يرجى عدم الاتصال قبل الساعة العاشرة.",
    "كان العميل راضيًا جدًا عن التدريب وأوصى بنا 🌟",
    "لم تعد قطع الغيار لهذا الطراز متوفرة.",
  ],
};

const subjects: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "{product} stops after {number} minutes",
    "Wrong amount on the invoice for {product}",
    "How do I change the delivery address?",
    "Noise from {product} at night",
    "Access to the portal is blocked",
    "Spare part for {product} arrived damaged",
    "Request for a maintenance visit in {city}",
  ],
  de: [
    "{product} bleibt nach {number} Minuten stehen",
    "Falscher Betrag auf der Rechnung",
    "Zugang zum Portal gesperrt",
    "Wartungstermin in {city} gewünscht",
  ],
  fr: ["{product} s'arrête après {number} minutes", "Montant erroné sur la facture", "Accès au portail bloqué"],
  es: ["{product} se detiene a los {number} minutos", "Importe equivocado en la factura", "Acceso al portal bloqueado"],
  ja: ["{product}が{number}分後に停止します", "請求金額の誤りについて", "ポータルにログインできません"],
  ar: ["يتوقف {product} بعد {number} دقيقة", "خطأ في مبلغ الفاتورة", "تعذر الدخول إلى البوابة"],
};

export interface Placeholders {
  readonly company: string;
  readonly person: string;
  readonly product: string;
  readonly city: string;
}

function filled(template: string, random: Random, placeholders: Placeholders): string {
  return template.replaceAll(/\{(company|person|product|city|number)\}/gu, (_, word: string) => {
    if (word === "number") return String(random.between(2, 96));
    return placeholders[word as keyof Placeholders];
  });
}

export function drawSubject(random: Random, language: Language, placeholders: Placeholders): string {
  return filled(random.pick(subjects[language]), random, placeholders);
}

/** A text of `count` sentences. Adjacent sentences differ. */
export function drawProse(
  random: Random,
  language: Language,
  { count, placeholders }: { count: number; placeholders: Placeholders },
): string {
  const list = sentences[language];
  let at = random.below(list.length);
  const parts: string[] = [];
  for (let index = 0; index < count; index += 1) {
    parts.push(filled(list[at] ?? "", random, placeholders));
    at = (at + 1 + random.below(list.length - 1)) % list.length;
  }
  return parts.join(language === "ja" ? "" : " ");
}
