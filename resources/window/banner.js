// Answers a banner about cookies: says no, or closes a mere notice; it never agrees.
(() => {
  const KNOWN = [
    "#onetrust-reject-all-handler", "#CybotCookiebotDialogBodyButtonDecline",
    "#CybotCookiebotDialogBodyLevelButtonLevelOptinAllowallSelection",
    "#didomi-notice-disagree-button", ".didomi-continue-without-agreeing",
    "[data-testid=uc-deny-all-button]", ".qc-cmp2-summary-buttons button[mode=secondary]",
    "#truste-consent-required", ".cm-btn-decline", ".cc-deny", ".fc-cta-do-not-consent",
    ".osano-cm-denyAll", "#cookiescript_reject", ".cky-btn-reject", ".iubenda-cs-reject-btn",
    "#axeptio_btn_dismiss", ".cmplz-deny", ".t-declineAllButton",
  ];
  const NO = new RegExp("^(" + [
    "reject( all)?( cookies)?", "decline( all)?( cookies)?", "deny( all)?", "refuse( all)?",
    "(use |accept )?(only )?(strictly )?(necessary|essential)( cookies)?( only)?",
    "continue without accepting", "no,? thanks", "i do not (accept|agree)",
    "(alle )?(cookies )?ablehnen", "nur (notwendige|erforderliche|essenzielle)( cookies)?.*",
    "(tout|je) refuser?", "refuser( tout)?", "continuer sans accepter",
    "rechazar( todas?| todo| cookies)*", "solo (las )?necesarias", "rifiuta( tutt[oi])?",
    "continua senza accettare", "solo necessari", "rejeitar( tudo| todos)?", "recusar( tudo)?",
    "(alles )?weigeren", "alleen noodzakelijke?( cookies)?", "avvisa( alla)?", "afvis( alle)?",
    "avslå( alle)?", "hylkää( kaikki)?", "odrzuć( wszystkie)?", "odmítnout( vše)?",
    "отклонить( все)?", "reddet|tümünü reddet", "すべて拒否|拒否する?", "全部拒绝|拒绝(全部|所有)?", "모두 거부|거부",
  ].join("|") + ")$", "i");
  const CLOSE = /^(ok(ay)?|got it|close|dismiss|verstanden|schließen|compris|fermer|entendido|cerrar|chiudi|fechar|sluiten|stäng|luk|zamknij|zavřít|закрыть|kapat|閉じる|关闭|닫기|×|✕)$/i;
  const ABOUT = /cookie|consent|gdpr|rgpd|dsgvo|datenschutz|privacy|privacidad|confidentialit/i;
  const seen = element => element.checkVisibility({visibilityProperty: true});
  const named = element => `${element.id} ${element.className} ${element.ariaLabel || ""}`;

  function banners() {
    const found = [];
    for (const element of document.querySelectorAll("body *")) {
      if (found.length >= 5) break;
      const style = getComputedStyle(element);
      const above = /^(fixed|sticky)$/.test(style.position) || element.matches("dialog[open], [role=dialog]");
      if (!above || !seen(element)) continue;
      if (ABOUT.test(named(element)) || ABOUT.test(element.innerText.slice(0, 2000))) found.push(element);
    }
    return found;
  }
  const button = (banner, words) => [...banner.querySelectorAll("button, a, [role=button], input[type=button]")]
    .find(one => seen(one) && words.test((one.innerText || one.value || one.ariaLabel || "").trim()));

  for (const selector of KNOWN) {
    const known = document.querySelector(selector);
    if (known && seen(known)) { known.click(); return "said no"; }
  }
  for (const words of [NO, CLOSE])
    for (const banner of banners()) {
      const one = button(banner, words);
      if (one) { one.click(); return words === NO ? "said no" : "closed"; }
    }
  return "";
})
