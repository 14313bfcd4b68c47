/**
 * What properties are commonly called, in English and German, so that a property named in one language is found in a
 * request in the other. The first name of each line is the concept's own; all are in lower case, words apart.
 *
 * @module
 */

import { transliterate } from "./reading.ts";

const lines = `
name | full name | organizer | organiser | organisator | veranstalter | sender | absender | besteller | signed by | speaker | referent | referentin | assignee | bearbeiter | zuständig | contact | kontakt | vollständiger name | customer name | kundenname | client name | contact name | contact person | ansprechpartner | ansprechpartnerin | applicant | bewerber | guest name | patient | employee | mitarbeiter | reporter | requester | user name | sender name | person | recipient | empfänger | recipient name
first name | vorname | given name
last name | nachname | surname | family name | familienname
doctor | arzt | ärztin | physician | hausarzt
company | firma | unternehmen | organization | organisation | company name | firmenname | employer | arbeitgeber | account name
email | e mail | mail | email address | e mail adresse | contact email | mailadresse
phone | telephone | telefon | phone number | telefonnummer | mobile | handy | handynummer | mobil | tel | rückrufnummer | contact phone
url | website | web site | webseite | homepage | link | page
street | straße | street address | anschrift | address | adresse | address line
postal code | postcode | zip | zip code | plz | postleitzahl
city | stadt | ort | town | wohnort | location | standort | place
country | land | nation
origin | from | pickup | pick up | pickup place | pick up place | pickup address | abholort | abholung | abholadresse | departure city | departure airport | abfahrtsort | startort | von | source | pickup location | abflugort
destination | to | dropoff | drop off | arrival city | destination city | zielort | ziel | nach | dropoff location | zielflughafen
iban | bank account | kontonummer | account number | bankverbindung | konto
bic | swift | swift code | bic swift
customer number | customer id | customer no | kundennummer | kunden nr | kundennr | client number | client id | kunden id
order number | order id | order no | order | bestellnummer | auftragsnummer | bestellung | bestell nr | order reference | auftrag
invoice number | invoice id | invoice no | rechnungsnummer | rechnung nr | rechnungs nr | invoice
vat number | vat id | vat no | vat reg no | vat registration number | ust id | ust idnr | ust id nr | umsatzsteuer id | umsatzsteuer identifikationsnummer
contract number | contract id | vertragsnummer | policy number | versicherungsnummer | vertrag
ticket number | ticket id | ticketnummer | case number | vorgangsnummer | fallnummer
tracking number | sendungsnummer | tracking id
serial number | seriennummer | serial
article number | artikelnummer | sku | product id | item number | produktnummer
room number | zimmernummer | room | raum | zimmer nr
subject | betreff | re | thema | topic
title | titel | überschrift | heading
description | beschreibung | details | message | nachricht | problem | issue | body | comment | kommentar | notes | notiz | request text | anliegen | text | problem description | problembeschreibung | issue description | feedback
summary | zusammenfassung
product | produkt | product name | produktname | item | artikel | model | modell | device | gerät | article | ware | item name | goods
project | projekt | project name | projektname
position | stelle | job title | role | rolle | beruf | job | stellenbezeichnung
department | abteilung | team
version | release | software version
tags | schlagwörter | stichworte | labels | keywords
date | datum
start date | start | earliest | earliest date | frühestens | begin | beginn | anfang | startdatum | from date | von datum | check in | check in date | checkin | arrival | arrival date | anreise | anreisedatum | ankunft | eintrittsdatum | eintritt | departure date | departure | abflug | hinflug | abreise hin | outbound date | valid from | gültig ab | first day | startbeginn
end date | end | latest | latest date | spätestens | ende | enddatum | until | bis | check out | check out date | checkout | return date | return | abreise | abreisedatum | rückflug | rückreise | rückgabe | last day | valid until | gültig bis
deadline | due | due date | frist | fällig | fälligkeitsdatum | fälligkeit | abgabetermin | needed by | deliver by | bis wann
delivery date | lieferdatum | liefertermin | delivery | lieferung | shipping date | versanddatum | wunschtermin
invoice date | rechnungsdatum | billing date
purchase date | kaufdatum | gekauft | bought | purchased | date of purchase | order date | bestelldatum | bestellt | ordered
birth date | date of birth | birthday | geburtsdatum | geburtstag | geb | born | geboren | dob
appointment | termin | appointment date | meeting date | event date
price | preis | unit price | stückpreis | cost | kosten | costs | kostet
amount | betrag | total | summe | gesamtbetrag | sum | total amount | invoice amount | rechnungsbetrag
net amount | net | net total | subtotal | netto | nettobetrag | nettosumme | zwischensumme
budget | budget eur | kostenrahmen
salary | gehalt | gehaltsvorstellung | gehaltswunsch | lohn | salary expectation
quantity | menge | anzahl | stückzahl | count | qty | stück | pieces | units | number of units | number of items
duration | dauer | length of stay | laufzeit
adults | adult | erwachsene | number of adults | anzahl erwachsene
children | child | kinder | kind | kids | number of children
passengers | passenger | reisende | passagiere | travellers | travelers | fahrgäste
guests | gäste | mitarbeitende | teilnehmende | people | personen | persons | participants | teilnehmer | attendees | number of guests | number of people | party size | personenzahl
rooms | zimmer | number of rooms
bags | gepäck | koffer | bag | luggage
age | alter | fahreralter | driver age | years old | year old | jahre alt
rating | bewertung | stars | sterne | score | punkte
servings | serves | portionen
employees | mitarbeiterzahl | number of employees | headcount
licenses | lizenzen | seats | number of licenses | lizenz | licences
experience | berufserfahrung | years of experience
temperature | temperatur
weight | gewicht
height | höhe
width | breite
load time | ladezeit
severity | schweregrad
priority | priorität | dringlichkeit | urgency | prio
unit | einheit | unit of measure | mengeneinheit
floor | stockwerk | stock | etage | geschoss | storey
category | kategorie | type | typ | art | request type | anfrageart | issue type
status | zustand | state
currency | währung
language | sprache
color | colour | farbe | farben | colors | colours
size | größe
class | klasse | travel class | reiseklasse | cabin class
payment method | zahlungsart | zahlungsmethode | zahlungsweise | payment
breakfast | frühstück
parking | parkplatz | parken | stellplatz
pets | haustier | haustiere | hund | dog | pet
newsletter | rundbrief
urgent | dringend | eilig | asap | is urgent
gift wrap | geschenkverpackung | gift | gift wrapping
express | express delivery | expressversand | express shipping | expresslieferung
smoking | raucher | smoker
vegetarian | vegetarisch
vegan
insurance | versicherung
warranty | garantie | under warranty | gewährleistung
callback | rückruf | call back | zurückrufen | callback requested
remote | homeoffice | remote work
time | uhrzeit | zeit | start time | meeting time | appointment time | pickup time | arrival time | departure time | abholzeit | ankunftszeit | abfahrtszeit | beginn uhrzeit
`;

/** What a field may be about, with the words that name it. */
export interface Concept {
  readonly key: string;
  readonly names: readonly string[];
}

const byName = new Map<string, Concept>();
for (const line of lines.trim().split("\n")) {
  const names = line.split("|").map((name) => name.trim());
  const concept = { key: names[0] ?? "", names };
  for (const name of names.flatMap((known) => [known, transliterate(known)])) {
    if (!byName.has(name)) byName.set(name, concept);
  }
}

/**
 * The concept of a name in lower case with its words apart: by the whole of it, by what is left without its unspecific
 * words ("count" in "vegetarian count"), or by its last words.
 */
export function conceptOf(name: string, specific = ""): Concept | undefined {
  const known = byName.get(name) ?? byName.get(specific);
  if (known) return known;
  const words = name.split(" ");
  for (let from = 0; from < words.length; from++) {
    const concept = byName.get(words.slice(from).join(" "));
    if (concept) return concept;
  }
  return undefined;
}

/** Concepts by what their values are. */
export const personConcepts: ReadonlySet<string> = new Set(["name", "first name", "last name"]);
/** Concepts whose values are codes. */
export const codeConcepts: ReadonlySet<string> = new Set([
  "customer number",
  "order number",
  "invoice number",
  "contract number",
  "ticket number",
  "tracking number",
  "serial number",
  "article number",
  "room number",
  "postal code",
  "version",
]);
/** Concepts whose values are amounts of money. */
export const moneyConcepts: ReadonlySet<string> = new Set(["price", "amount", "net amount", "budget", "salary"]);
/** Concepts whose values count or measure something, so that an amount of money is none. */
export const countConcepts: ReadonlySet<string> = new Set(
  "quantity,duration,adults,children,passengers,guests,rooms,bags,age,rating,servings,employees,licenses,experience,temperature,weight,height,width,load time,floor".split(
    ",",
  ),
);
/** Concepts of a beginning. */
export const startConcepts: ReadonlySet<string> = new Set(["start date", "origin"]);
/** Concepts of an end. */
export const endConcepts: ReadonlySet<string> = new Set(["end date", "deadline", "destination"]);
