/**
 * What people say for common values of enumerations, in English and German: the value first, in lower case.
 *
 * @module
 */

const lines = `
critical | kritisch | blocker | production down | emergency | notfall
high | hoch | hohe | hoher | hohen | höchste | urgent | urgently | asap | as soon as possible | immediately | dringend | eilig | sofort | schnellstmöglich | umgehend
medium | mittel | moderate | mittlere
normal | standard | gewöhnlich
low | niedrig | niedrige | gering | no rush | not urgent | no hurry | whenever | nicht dringend | nicht eilig | keine eile
urgent | dringend | eilig | asap | as soon as possible | immediately | sofort
billing | invoice | bill | charged | payment | charge | rechnung | abrechnung | zahlung | abgebucht | lastschrift | refund
payment | zahlung | bezahlung
technical | technisch | error | crash | crashes | bug | log in | login | not working | fehler | absturz | störung | fehlermeldung | funktioniert nicht | einloggen
technical support | error | crash | bug | fehler | störung
shipping | delivery | parcel | package | shipment | delivered | lieferung | versand | paket | sendung | geliefert
delivery | shipping | parcel | package | lieferung | versand | paket | sendung | geliefert
return | send back | zurückschicken | rücksendung | zurücksenden | retoure
refund | money back | reimbursement | erstattung | geld zurück | rückerstattung | zurückerstatten
replacement | replace | exchange | ersatz | umtausch | umtauschen | ersatzgerät
repair | reparatur | reparieren | fix
account | password | konto | passwort | kundenkonto | benutzerkonto
complaint | complain | beschwerde | beschweren | reklamation | unhappy | disappointed | enttäuscht
question | inquiry | anfrage | frage | wondering | would like to know
feature request | feature | wish | would be great | funktionswunsch | wunsch
feature | feature request | funktion | wunsch
bug | crash | crashes | error | broken | fehler | abstürzt | stürzt ab | defekt | kaputt
hardware | laptop | screen | keyboard | printer | bildschirm | tastatur | drucker | monitor | maus
software | app | application | programm | anwendung
network | wifi | internet | vpn | netzwerk | wlan
cancellation | cancel | kündigen | kündigung | stornieren | storno | stornierung
cancel | cancellation | kündigen | stornieren
order | bestellung | bestellen
warranty | garantie | gewährleistung
single | einzelzimmer | single room
double | doppelzimmer | double room
economy | economy class
red | rot
green | grün
blue | blau
black | schwarz
white | weiß
yellow | gelb
grey | gray | grau
small | klein
large | groß
credit card | kreditkarte | visa | mastercard
bank transfer | überweisung | wire transfer | banküberweisung
direct debit | lastschrift | bankeinzug
cash | bar | barzahlung
invoice | rechnung | auf rechnung
eur | euro | euros | €
usd | dollar | dollars | $
gbp | pounds | £ | pfund
chf | franken
monday | montag
tuesday | dienstag
wednesday | mittwoch
thursday | donnerstag
friday | freitag
saturday | samstag | sonnabend
sunday | sonntag
morning | vormittag | vormittags
afternoon | nachmittag | nachmittags
evening | abend | abends
monthly | per month | monatlich | im monat
yearly | annual | annually | per year | jährlich | im jahr
weekly | wöchentlich
full time | vollzeit
part time | teilzeit
male | männlich | herr | mr
female | weiblich | frau | mrs | ms
english | englisch
german | deutsch
phone | telefon | telefonisch | call me | anrufen
email | e mail | per mail
car | auto | pkw
train | bahn | zug
plane | flugzeug | flight | flug
positive | great | excellent | love | super | ausgezeichnet | begeistert | zufrieden
negative | terrible | awful | disappointed | schlecht | enttäuscht | unzufrieden
open | offen
closed | geschlossen
in progress | in bearbeitung
`;

/** Both ways: "high" also stands for "hoch" when the enumeration is German. */
const synonyms = new Map<string, Set<string>>();
for (const line of lines.trim().split("\n")) {
  const names = line.split("|").map((name) => name.trim());
  const [value = ""] = names;
  const known = synonyms.get(value) ?? new Set<string>();
  for (const name of names.slice(1)) known.add(name);
  synonyms.set(value, known);
}
const translations = new Map<string, Set<string>>();
for (const [value, names] of synonyms) {
  for (const name of names) translations.set(name, (translations.get(name) ?? new Set()).add(value));
}

/** @param value in lower case, words apart */
export function synonymsOf(value: string): string[] {
  const own = synonyms.get(value);
  if (own) return [...own];
  const inverse = [...(translations.get(value) ?? [])];
  return [...new Set(inverse.flatMap((other) => [other, ...(synonyms.get(other) ?? [])]))].filter(
    (name) => name !== value,
  );
}
