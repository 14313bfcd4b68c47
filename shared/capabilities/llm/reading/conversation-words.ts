/**
 * Words of a conversation about a task, by what they mean, in thirteen languages: what a model speaks of that speaks of the
 * request to it instead of the text.
 *
 * @module
 */

/** Beginnings of words; `_` is a space. Those of scripts without spaces stand behind, and may begin anywhere. */
function meaning(words: string, dense?: string): RegExp {
  const parts = words.trim().split(/\s+/).join("|").replaceAll("_", " ");
  const spaced = String.raw`(?<!\p{L})(?:${parts})`;
  return new RegExp(dense === undefined ? spaced : `${spaced}|${dense}`, "iu");
}

/** What is spoken of, by meaning. */
export const meanings = {
  task: meaning(
    `summar condens synops abridg short(?:ened)?_version
    zusammenfass fasse?_ kurzfassung kürz résum synthèse resum(?:en|ir|o) riassu sintes streszcz streści podsumow
    samenvat пересказ сокращ кратк резюм sammanfatt referer özet`,
    "摘要|总结|總結|概括|要約|要旨|요약",
  ),
  request: meaning(
    String.raw`user(?!\p{L}) nutzer(?!\p{L}) benutzer(?!\p{L}) utilisateur usuario utente użytkownik gebruiker пользовател användare request prompt quer(?:y|ies) instruction input task message ask(?:s|ed|ing)?(?!\p{L})
    anfrage eingabe aufgabe anliegen wunsch bitte_(?:nicht|kann|lehne) demande requête consigne saisie
    petición solicitud solicitaç pedid richiest prośb poleceni zapytani verzoek vraag invoer запрос просьб begäran
    förfrågan uppgift`,
    "用户|使用者|ユーザー|请求|請求|提问|輸入|输入|要求|要望|ご依頼|リクエスト|요청|요구",
  ),
  text: meaning(
    String.raw`text(?:s|es|en)?(?!\p{L}) passage article document content material topic subject theme
    artikel dokument inhalt themen?(?!\p{L}) abschnitt texte contenu sujet texto contenid temas?(?!\p{L}) artículo
    testo contenut argoment brano temi(?!\p{L}) tekst treść treści temat conteúd assunt inhoud onderwerp innehåll ämne
    текст материал тем(?:а|у|ы|е|ам|ах)(?!\p{L})`,
    "内容|內容|文章|文本|文字|话题|話題|主题|文書|テーマ|텍스트|내용|주제",
  ),
  help: meaning(
    String.raw`help assist(?:ance|ing)?(?!\p{L}) helfe hilfe hilfreich weiterhelf behilflich aide[rz]?(?!\p{L}) l['’]aide
    ayud aiut ajud pomóc pomoc hjälp помоч помог`,
    "帮助|帮忙|协助|帮不|帮您|帮到|協助|お手伝い|도와|도움",
  ),
  offer: meaning(
    String.raw`an(?:other|y)_(?:text|article|document|topic|question|other) another_one(?!\p{L}) (?:any|some)thing_else
    different_(?:text|topic|subject|article|question|document) other_(?:texts?|questions?|topics?) let_me_know (?:change|switch)_(?:the_)?(?:subject|topic) pick_a(?:nother|_different)
    (?:happy|glad)_to instead(?!\p{L}) andere[mnrs]?_(?:text|frage|thema|artikel|inhalt) etwas_ander thema_wechseln anderes_(?:fragen|sprechen)
    gerne?_(?:helfe|beantworte|bin|stehe) autre_(?:texte|chose|sujet|question|demande) n['’]hésitez
    otr[oa]_(?:texto|cosa|tema|pregunta|artículo) altr[oa]_(?:testo|cosa|argomento|domanda) qualcos['’]altro parliamo_d parlons_d hablemos_de_otr
    outr[oa]_(?:texto|coisa|assunto|pergunta) (?:czymś|coś)_inn inn(?:y|ym|ego)_(?:tekst|temat)
    andere_(?:tekst|vraag|onderwerp) iets_anders друг(?:ой|им|ом|ого)_(?:текст|вопрос|тем) чем[-–]нибудь_друг о_другом
    något_annat annan_(?:text|fråga)`,
    "换一|換一|别的|其他(?:问题|內容|内容|话题)|別の|ほかの|다른",
  ),
  apology: meaning(
    String.raw`sorry(?!\p{L}) apolog unfortunately regret(?:s|fully|tably)?(?!\p{L}) i['’]m_afraid afraid_(?:i|not|this|that|so)
    thank_you your_understanding leider(?!\p{L}) leid(?!\p{L}) bedau[er] entschuldig verzeih fürchte verständnis danke
    malheureusement désolé navré excuse regrette merci(?!\p{L}) lamento(?!\p{L}) lamentable siento(?!\p{L}) perdona
    disculp gracias mi_dispiace spiacente purtroppo scus niestety przykro przepraszam infelizmente desculp
    helaas(?!\p{L}) spijt сожалени извин прост(?:ите|и)(?!\p{L}) tyvärr beklag ledsen`,
    "抱歉|对不起|對不起|不好意思|很遗憾|申し訳|すみません|恐れ入り|残念|죄송",
  ),
  self: meaning(
    String.raw`assistants?(?!\p{L}) chatbot language_model (?-i:AI|KI|IA)(?!\p{L})
    (?:am|['’]m|was|been)_(?:designed|instructed|trained|programmed|built|made|meant|told|asked)(?!\p{L})
    my_(?:guidelines|polic|programming|training|instructions|capabilit|scope|limits|answer|rules|principles|role|purpose)
    sprachmodell assistent entwickelt_wurde meine[nr]?_(?:grenzen|möglichkeit|richtlinien|vorgaben|grundsätz)
    modèle_de_langage conçu mes_(?:règles|limites|compétences|principes) modelo_de_l
    mis_(?:principios|normas|capacidad|límites) asistente modello_linguistico
    mie_(?:competenze|capacità|regole|linee) model_językowy asystent moje_możliwości
    minhas_(?:capacidade|regras|polític) taalmodel mijn_(?:mogelijkheden|richtlijnen) языков(?:ая|ой)_модел
    мои_(?:возможност|правил) språkmodell mina_(?:riktlinjer|möjligheter)`,
    "作为(?:一个|一名|一款)?(?:AI|人工|智能|语言)|作為|助手|语言模型|アシスタント|言語モデル|AIとして|人工智能|인공지능|언어 모델",
  ),
  rule: meaning(
    String.raw`polic(?:y|ies)(?!\p{L}) acceptable_use community_standards content_(?:filter|restriction) inhaltsfilter filtro(?!\p{L}) charte_d
    guideline terms(?!\p{L}) complian principles violat infring
    restrict(?:ed|ion|ions)(?!\p{L}) safety security_reason legal_reason copyright richtlinie nutzungsbedingung vorschrift
    jugendschutz rechtlich(?:en)?_gründ urheber verstößt verstoß grundsätz conditions_d directives règles_d enfrei
    contrevien droits?_d['’]auteur sécurité seguridad normas(?!\p{L}) políticas incumpl
    derechos_de_autor principios condizioni_d viola(?!\p{L}) linee_guida regole zasad regulamin narusz diretrizes
    richtlijn voorwaarden strijd_met auteursrecht правил наруша услови riktlinj villkor bryter`,
    "政策|规定|規定|法律法规|条款|條款|准则|敏感|违反|違反|规范|不符合|拦截|利用規約|ガイドライン|反する|정책|규정|위배|위반|지침",
  ),
  refusal: meaning(
    String.raw`no_(?:summary|answer|response) denied declin refus reject abstain steer_clear stay_away
    leave_(?:it|this|that)_(?:there|alone|at|out)(?!\p{L}) (?:draw|where)_the_line blocked filtered disabled withheld
    (?:not|n['’]t|never)_(?:permitted|allowed|able|comfortable|appropriate|authori[sz]ed|going_to|be_able|provid|comment|discuss|respond|fulfil|comply|reproduc|suitable|supported|available|possible|something_(?:i|we|an_ai|a_model)|my_thing|be_right)
    (?:off|not_on)_the_(?:table|menu) off[- ]limits weigh_in where_(?:this|that|it|we)_(?:ends?|stops?)(?!\p{L})
    (?:cannot|can['’]t|unable_to)_(?:be_)?(?:handl|summar|answer|reproduc|provid|comment|discuss|process|respond|fulfil|comply|help|assist|do)
    kein\p{L}*_(?:zusammenfass|kurzfass|antwort|auskunft) nicht_(?:unterstützt|verfügbar|möglich|zur_verfügung|zulässig|erlaubt|gestattet) finger_davon die_finger lehne ablehn abgelehnt abzulehnen verweiger untersag passen(?!\p{L})
    zurück(?!\p{L}) außerhalb übersteig verzicht aucun\p{L}*_(?:résum|synth|répons) déclin abstien rejet
    passe_mon_tour hors_d sort_du_cadre pas_(?:habilité|autorisé|en_mesure|pris|disponible|possible) interdit(?!\p{L}) m['’]arrêter aucune_réponse ning[uú]n_resum rechaz negar(?!\p{L}) deneg no_est[áa]n?_(?:permitid|disponib|autoriza) no_es_(?:posible|apropiad)
    bloque(?:ad) queda_fuera fuera_de escapa_a no_cumple prefiero_(?:no|dejar) nessun\p{L}*_(?:riassunt|rispost|sintes) rifiut esula
    negat[oa](?!\p{L}) mi_impedi non_(?:(?:mi_)?è_)?(?:consentit|permess|autorizzat|disponibil|possibil) preferirei odm(?:ówi|awi|owa|awia) sprzeczn niedozwolon wykracza wolałbym
    nie_(?:mogę|jestem|będę|zostanie|wykonam|pomogę|odpowiem) nenhum_resum recus prefiro_não fora_do_meu não_(?:estou|posso|será) geen_(?:samenv|antwoord)
    afwijz weiger buiten_mijn отказ вынужден под_запрет запрещ нельзя не_(?:могу|буду|обсужда) avböj avstå kan_(?:tyvärr_)?inte`,
    "拒绝|拒絕|不予|无法|無法|不能|不便|不方便|不参与|不參與|控えさせ|かねます|できません|できかね|断り|거부|거절|어렵|수 없",
  ),
  answer: meaning(
    String.raw`respon(?:d|se|ses)(?!\p{L}) answer(?:s|ing)?(?!\p{L}) provid(?:e|ing)(?!\p{L}) comment(?:s|ing)?(?!\p{L}) discuss
    process(?:ed|ing)?(?!\p{L}) fulfil reproduc generat comply engage auskunft bearbeit verarbeit beantwort eingehen
    äußere répon traite[rz]?(?!\p{L}) fournie? donner_suite génér responder tratar procesad elabor rispond fornir wypowiada
    odpowiedzi przetworz wykona[nć] processad fornecer beantwoord verwerk reage обсужда ответ обработ svara behandla`,
    "回答|回复|答复|处理|處理|讨论|討論|显示|顯示|お答え|お応え|処理|대답|답변|처리",
  ),
  advice: meaning(
    String.raw`please(?!\p{L}) consult(?!ant) professional check_back to_continue(?!\p{L}) just_a_moment try_(?:again|another|a_different|google) choose_another bitte(?!\p{L})
    wenden_sie versuchen_sie später_erneut veuillez réessay inténtal de_nuevo por_favor per_favore proszę alsjeblieft пожалуйста vänligen`,
    "请(?:修改|您|换|遵守|联系|咨询|提供|稍后)|修改后|重试|再试|お問い合わせ|お試しください|提供",
  ),
  greeting: meaning(
    String.raw`hello(?!\p{L}) hi(?!\p{L}) welcome(?!\p{L}) hallo(?!\p{L}) guten_tag willkommen bonjour salut(?!\p{L}) hola(?!\p{L}) ciao(?!\p{L})
    buongiorno olá(?!\p{L}) cześć dzień_dobry hoi(?!\p{L}) привет здравствуйте hej(?!\p{L})`,
    "您好|你好|こんにちは|안녕",
  ),
  service: meaning(
    String.raw`errors?(?!\p{L}) server overloaded busy(?!\p{L}) maintenance timed_out timeout api_key invalid_(?:api|key|request|token) your_browser log_in sign_in verify_(?:you|that_you) captcha
    free_trial expired upgrade_to credits(?!\p{L}) quota rate_limit context_length tokens?(?!\p{L}) deprecated too_many_requests
    checking_your_browser this_model fehler(?!\p{L}) überlastet wartung zu_viele_anfragen anmelden erreur serveur indisponible
    error(?:es)?(?!\p{L}) servidor(?!\p{L}) errore(?!\p{L}) błąd serwer fout(?!\p{L}) ошибк сервер fel(?!\p{L})`,
    "服务器|繁忙|错误|エラー|発生しま|しばらくして|サーバー|오류|서버",
  ),
  sensitive: meaning(
    String.raw`violen gewalt sensitiv illegal sensible(?!\p{L}) harmful harmless medical_advice legal_advice opinion opinión neutr
    privacy private_individual rumou?r gossip straftat verbrechen politi`,
    "违法|不当|政治|暴力",
  ),
} as const;

/** That something is not, in any of the languages. */
export const NEGATION =
  /(?<!\p{L})(?:no(?:t|pe)?|\p{L}+n['’]t|cannot|never|none|without|nicht|keine?[mnrs]?|nein|nie|pas|ne|non|aucune?|ning[uú]na?|não|nenhum|żaden|niet|geen|нет|не|ни|inte|inga|ingen)(?!\p{L})|不|没|無|无|ません|없|안 /iu;

/** Who speaks. A capital I is the English word; of the others some are words of another language, too. */
const FIRST =
  /(?<!\p{L})(?:(?-i:I)|i['’]\p{L}+|me|my|myself|we|our|us|let['’]s|ich|mir|mich|meine?[mnrs]?|wir|uns|je|[jm]['’]\p{L}+|mon|mes|nous|mi|mis|posso|devo|tengo|soy|estoy|preferirei|esprimo|jestem|mogę|muszę|wolałbym|ik|mijn|jag|mina|я|мы|eu|estou|tenho|sou|prefiro)(?!\p{L})|我|本(?:模型|助手|系统)/iu;
const ITALIAN = /(?<!\p{L})(?:il|della|gli|che|sono|di)(?!\p{L})/iu;
const ARTICLE = /(?<!\p{L})I(?!\p{L})/gu;
/** Whether somebody speaks of themselves. "I" is an article in Italian. */
export const speaksOfSelf = (text: string): boolean =>
  FIRST.test(ITALIAN.test(text) ? text.replace(ARTICLE, "") : text);

/** One who speaks, and no "we", which everybody says. A king or a war may be the first: "World War I". */
const ONE =
  /(?<!\p{L})(?:(?<!\p{Lu}\p{L}*\s)(?-i:I)|i['’](?:m|d|ll|ve)|me|my|myself|ich|mir|mich|meine?[mnrs]?|j['’]\p{L}+|je(?!\p{L})(?!.*\b(?:het|een|van|niet)\b)|moi|mon|mes|mi|mis|posso|devo|tengo|soy|estoy|niego|preferirei|esprimo|jestem|mogę|muszę|wolałbym|ik|mijn|jag|я|eu|estou|tenho|sou|prefiro)(?![\p{L}-])|我(?!们)/iu;
/** Whether one person speaks of themselves. */
export const isOnePerson = (text: string): boolean => ONE.test(ITALIAN.test(text) ? text.replace(ARTICLE, "") : text);

/** To whom is spoken. */
export const ADDRESS =
  /(?<!\p{L})(?:[Yy]ou(?:r|['’]\p{L}+)?|(?<=[\p{Ll},] )(?:Sie|Ihnen|Ihre?[mnrs]?)|Ihre?[mnrs]?(?= (?:Anfrage|Eingabe|Text|Verständnis))|[Dd]ir|[Dd]ich|[Dd]eine?[mnrs]?|[Vv]ous|[Vv]otre|[Tt]e|[Tt]u|[Uu]sted|[Cc]i|[Jj]e|[Uu]w|[Dd]ig|[Вв]ам|[Вв]ас)(?!\p{L})|您|你/u;
