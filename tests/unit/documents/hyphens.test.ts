import { describe, expect, it } from "vitest";
import { joinHyphenated } from "../../../shared/capabilities/documents/pdf/hyphens.ts";

describe("a hyphen at the end of a line", () => {
  it.each([
    ["Rechnungs|nummer", "Rechnungsnummer"],
    ["Donaudampf|schifffahrt", "Donaudampfschifffahrt"],
    ["Brutto|Listenpreis", "Brutto-Listenpreis"],
    ["Kfz|Steuer", "Kfz-Steuer"],
    ["E|Mail", "E-Mail"],
    ["E-Mail|Adresse", "E-Mail-Adresse"],
    ["Vor|und Nachname", "Vor- und Nachname"],
    ["Ein|oder Ausgang", "Ein- oder Ausgang"],
    ["Vor|undurchsichtig", "Vorundurchsichtig"],
    ["state-of-the|art", "state-of-the-art"],
    ["e|mail", "e-mail"],
    ["self|service", "self-service"],
    ["DIN EN ISO 9001|2015", "DIN EN ISO 9001-2015"],
    ["UMSATZ|STEUER", "UMSATZSTEUER"],
    ["EU|Recht", "EU-Recht"],
    ["US|amerikanisch", "US-amerikanisch"],
    ["Kfz-Steuerbe|scheid", "Kfz-Steuerbescheid"],
    ["Be|sitz|verhältnis", "Besitzverhältnis"],
    ["price|determining", "pricedetermining"],
    ["price|determining and price-determining", "price-determining and price-determining"],
  ])("%s becomes %s", (divided, joined) => {
    expect(joinHyphenated(divided.replaceAll("|", "\ufffe"))).toBe(joined);
    expect(joinHyphenated(divided.replaceAll("|", "\ufffe\r\n"))).toBe(joined);
  });

  it("stays between numbers, in one line", () => {
    expect(joinHyphenated("2024-\r\n0815 und Abs. 2-\r\n4")).toBe("2024-0815 und Abs. 2-4");
    expect(joinHyphenated("CO2-\r\nAusstoß, 2-\r\nund 3-fach, 50-\nprozentig")).toBe(
      "CO2-Ausstoß, 2- und 3-fach, 50-prozentig",
    );
  });
});
