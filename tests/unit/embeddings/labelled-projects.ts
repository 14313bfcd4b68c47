/**
 * A small labelled set of our own: 40 project descriptions, half English and half German, and 20 queries with the
 * projects that answer them. Queries paraphrase: they share word stems or parts of compounds with their project, but
 * not its wording; the last two share next to nothing and show what hashing cannot find.
 */
export const projects: Readonly<Record<string, string>> = {
  "en-bridge":
    "Inspection of steel bridges with drones. Cameras record rust and cracks on girders, and an image model marks the damaged spots for the maintenance crew.",
  "en-invoices":
    "Automatic reading of supplier invoices. Scanned bills are turned into structured bookings, checked against purchase orders and handed to accounting.",
  "en-chatbot":
    "A support assistant that answers customer questions about broadband contracts from the help centre's articles and hands hard cases to a human agent.",
  "en-solar":
    "Forecasting the output of rooftop solar panels from weather reports, so that households can charge their batteries when electricity is cheap.",
  "en-translation":
    "Translating operating manuals of milling machines into twelve languages, keeping the terminology of the manufacturer consistent.",
  "en-hospital":
    "Planning the shifts of hospital nurses. The planner respects working time rules, holidays and wishes and replaces sick colleagues at short notice.",
  "en-fraud":
    "Detecting fraudulent credit card payments in real time by comparing each transaction with the cardholder's usual spending.",
  "en-library":
    "Digitizing a university library's nineteenth-century newspapers with text recognition and a search page for historians.",
  "en-traffic":
    "Adaptive traffic lights at city crossings that shorten waiting times for buses and cyclists using induction loops and cameras.",
  "en-recruiting":
    "Matching applicants' resumes with job openings and ranking candidates by skills while hiding names and age.",
  "en-farm":
    "Soil moisture sensors in vineyards that tell farmers when and where to irrigate, saving water during droughts.",
  "en-podcast": "Transcribing podcasts and splitting episodes into chapters with short summaries for listeners.",
  "en-warehouse":
    "Robots that pick parcels in a warehouse, with a route planner that avoids collisions between vehicles.",
  "en-museum":
    "An audio guide for museum visitors that recognizes paintings through the phone's camera and tells their story.",
  "en-water": "Finding leaks in municipal water pipes by listening to vibrations with acoustic sensors at hydrants.",
  "en-legal": "Searching court rulings and contracts for clauses on liability, with citations for lawyers.",
  "en-school": "Personalized mathematics exercises for pupils that adapt their difficulty to earlier mistakes.",
  "en-noise":
    "Measuring aircraft noise around the airport with microphones on roofs and publishing hourly maps for residents.",
  "en-recycling": "Sorting plastic waste on conveyor belts with near-infrared cameras and air jets.",
  "en-donations":
    "A platform for charities that collects donations, issues receipts for the tax office and thanks donors.",
  "de-bruecke":
    "Überwachung von Eisenbahnbrücken mit Dehnungssensoren. Ungewöhnliche Schwingungen lösen eine Prüfung durch Statiker aus.",
  "de-rechnung":
    "Eingangsrechnungen werden eingescannt, ausgelesen und mit der Bestellung abgeglichen; die Buchhaltung gibt nur noch frei.",
  "de-hotline":
    "Ein Sprachassistent nimmt Anrufe bei den Stadtwerken entgegen, beantwortet Fragen zum Stromvertrag und nimmt Zählerstände auf.",
  "de-wind":
    "Vorhersage der Erträge von Windparks aus Wetterdaten, damit der Strom rechtzeitig am Markt verkauft werden kann.",
  "de-uebersetzung":
    "Übersetzung von Bedienungsanleitungen für Kaffeemaschinen in mehrere Sprachen mit einheitlicher Terminologie.",
  "de-pflege": "Dienstplanung für Pflegekräfte im Altenheim unter Beachtung von Ruhezeiten, Urlaub und Krankmeldungen.",
  "de-betrug": "Erkennung betrügerischer Versicherungsfälle anhand von Auffälligkeiten in Schadensmeldungen und Fotos.",
  "de-archiv":
    "Digitalisierung von Kirchenbüchern: Handschriften werden erkannt und für die Ahnenforschung durchsuchbar gemacht.",
  "de-bus": "Bedarfsgesteuerte Rufbusse auf dem Land, deren Routen nach den Buchungen der Fahrgäste berechnet werden.",
  "de-bewerbung":
    "Vorauswahl von Bewerbungen für Ausbildungsplätze nach Fähigkeiten, ohne Namen und Herkunft zu zeigen.",
  "de-wald": "Erkennung von Borkenkäferbefall im Wald auf Satellitenbildern, damit Förster kranke Bäume rasch fällen.",
  "de-protokoll":
    "Sitzungen des Gemeinderats werden mitgeschnitten, verschriftlicht und zu kurzen Protokollen zusammengefasst.",
  "de-lager": "Automatische Nachbestellung im Ersatzteillager, sobald der Bestand unter die Mindestmenge fällt.",
  "de-museum":
    "Rundgang durch das Freilichtmuseum mit einer App, die Gebäude erkennt und Geschichten ihrer Bewohner erzählt.",
  "de-heizung":
    "Optimierung der Heizungen in Schulgebäuden: Räume werden nach Stundenplan und Wetter vorgewärmt, um Gas zu sparen.",
  "de-vergabe":
    "Suche in öffentlichen Ausschreibungen nach passenden Aufträgen für Handwerksbetriebe mit täglicher Benachrichtigung.",
  "de-lernen": "Lernspiele für den Deutschunterricht, die sich an die Fehler der Schülerinnen und Schüler anpassen.",
  "de-laerm":
    "Messung des Verkehrslärms an Bundesstraßen mit Mikrofonen und Veröffentlichung der Werte auf einer Karte.",
  "de-muell": "Füllstandsmessung in Glascontainern, damit Müllwagen nur volle Behälter anfahren.",
  "de-verein": "Verwaltung von Mitgliedsbeiträgen und Spendenquittungen für Sportvereine.",
};

export interface LabelledQuery {
  readonly text: string;
  readonly answers: readonly string[];
  /** False where no stem is shared: hashing is not expected to find it. */
  readonly sharesStems: boolean;
}

export const queries: readonly LabelledQuery[] = [
  { text: "find rusty or cracked bridge parts from drone pictures", answers: ["en-bridge"], sharesStems: true },
  { text: "process bills from our suppliers without typing them", answers: ["en-invoices"], sharesStems: true },
  { text: "predict how much electricity a solar roof produces", answers: ["en-solar"], sharesStems: true },
  { text: "shift plan for nursing staff", answers: ["en-hospital"], sharesStems: true },
  { text: "stop fraud with stolen credit cards", answers: ["en-fraud"], sharesStems: true },
  { text: "scan old newspapers and make them searchable", answers: ["en-library"], sharesStems: true },
  { text: "irrigation of vines in dry summers", answers: ["en-farm"], sharesStems: true },
  { text: "robotic parcel picking", answers: ["en-warehouse"], sharesStems: true },
  { text: "leaking pipe detection", answers: ["en-water"], sharesStems: true },
  { text: "Rechnungen scannen und der Bestellung zuordnen", answers: ["de-rechnung"], sharesStems: true },
  { text: "Brückenüberwachung mit Sensoren", answers: ["de-bruecke"], sharesStems: true },
  { text: "Ertragsvorhersage für Windkraft", answers: ["de-wind"], sharesStems: true },
  { text: "Dienstpläne in der Altenpflege", answers: ["de-pflege"], sharesStems: true },
  { text: "Betrugserkennung bei Versicherungen", answers: ["de-betrug"], sharesStems: true },
  { text: "Zusammenfassung von Ratssitzungen als Protokoll", answers: ["de-protokoll"], sharesStems: true },
  { text: "Laermmessung an Strassen", answers: ["de-laerm"], sharesStems: true },
  { text: "Spendenbescheinigungen fuer Vereine", answers: ["de-verein"], sharesStems: true },
  { text: "Heizungsoptimierung für Schulen", answers: ["de-heizung"], sharesStems: true },
  { text: "personnel selection without bias", answers: ["en-recruiting"], sharesStems: false },
  { text: "Schädlinge in der Forstwirtschaft aus dem All sehen", answers: ["de-wald"], sharesStems: false },
];
