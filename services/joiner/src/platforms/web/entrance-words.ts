/** Whole words, case ignored, in whatever alphabet; those of scripts without spaces are found anywhere. */
function wordsOf(spaced: string, unspaced = ''): RegExp {
  const each = (text: string) => text.split(/\s*\|\s*(?![^(]*\))/).filter(Boolean);
  const whole = `(?<![\\p{L}\\p{N}])(?:${each(spaced).join('|')})(?![\\p{L}\\p{N}])`;
  return new RegExp([whole, ...each(unspaced)].join('|'), 'iu');
}

/** Of controls that lead into a meeting, the surest first. Only where there is no name to be given do they decide. */
export const leads: readonly RegExp[] = [
  wordsOf(
    `join | (ask|request) to (join|enter) | knock | let me in | (enter|go to) (the )?(meeting|room|call) |
  beitreten | teilnehmen | mitmachen | rejoindre | participer | unirse | únete | unirme | participar |
  partecipa | partecipare | unisciti | deelnemen | meedoen | dołącz | připojit | gå med | delta | deltag |
  liity | katıl | присоединиться | приєднатися | участвовать | συμμετοχή | csatlakozás | alătură-te`,
    `参加 | 加入 | 참여 | 참가 | انضم | הצטרף | שלוח | शामिल | เข้าร่วม`,
  ),
  wordsOf(
    `enter | connect | attend | go in | come in | get in | jump in | (use|in|from) (the |this )?browser |
  betreten | eintreten | verbinden | entrer | connexion | se connecter | entrar | conectar | conectarse |
  entra | entrare | connetti | collegati | verbinden | wejdź | połącz | vstoupit | anslut | tilslut |
  yhdistä | bağlan | войти | подключиться | увійти | підключитися | σύνδεση | belépés | conectează-te`,
    `入室 | 接続 | 入る | 进入 | 進入 | 连接 | 連接 | 입장 | 연결 | دخول | اتصال | כניסה`,
  ),
  wordsOf(
    `(get )?start(ed)? | continue | proceed | ready | next | go | begin | open meeting | i'm ready | starten | los |
  los geht's | weiter | fortfahren | bereit | commencer | continuer | démarrer | suivant | prêt | iniciar |
  empezar | comenzar | continuar | siguiente | listo | começar | seguinte | pronto | avvia | inizia |
  continua | avanti | doorgaan | volgende | klaar | rozpocznij | dalej | pokračovat | fortsätt | starta |
  fortsæt | fortsett | jatka | aloita | başla | devam | начать | продолжить | далее | почати | продовжити |
  έναρξη | συνέχεια | folytatás | indítás | începe | continuă`,
    `開始 | 次へ | 続ける | 続行 | 开始 | 继续 | 下一步 | 繼續 | 시작 | 계속 | 다음 | ابدأ | متابعة | התחל | המשך`,
  ),
];

/** Of controls that lead elsewhere, out, or make others see and hear something. Never pressed on the way in. */
export const astray = wordsOf(
  `sign[- ]?(in|up|on) | log[- ]?(in|on|out) | create | new | host | schedule | install | download | upload |
  app | apps | store | phone | telephone | dial | (other|more) (ways|options) | sso | account | google |
  facebook | microsoft | apple | github | email | e-mail | leave | exit | hang up | end | quit | stop |
  cancel | close | back | return | mute | unmute | share | screen | present | record | recording |
  broadcast | fullscreen | settings | options | help | about | privacy | terms | cookies? | language |
  copy | invite | feedback | report | learn more | donate | pricing | contact | blog | docs |
  documentation | test | random | chat | send | message | reset | clear | delete | remove | show password |
  whiteboard | breakout | poll | captions? | retry | reload | anmelden | einloggen | registrieren |
  konto( erstellen)? | erstellen | neu(e|er|es|en)? | installieren | herunterladen | telefon | verlassen |
  beenden | auflegen | abbrechen | schließen | zurück | stumm(schalten)? | bildschirm | teilen | freigeben |
  aufnehmen | einstellungen | hilfe | datenschutz | impressum | s'identifier | s'inscrire | créer | compte |
  télécharger | installer | téléphone | quitter | annuler | fermer | retour | couper | partager | écran |
  enregistrer | paramètres | aide | iniciar sesión | crear | cuenta | registrarse | descargar | instalar |
  teléfono | salir | cancelar | cerrar | volver | silenciar | compartir | pantalla | grabar | ajustes |
  ayuda | iniciar sessão | criar | conta | baixar | sair | fechar | voltar | compartilhar | gravar |
  accedi | registrati | crea | scarica | installa | telefono | esci | annulla | chiudi | indietro |
  condividi | schermo | registra | aanmelden | inloggen | aanmaken | downloaden | verlaten | annuleren |
  sluiten | terug | delen | scherm | opnemen | zaloguj | zarejestruj | utwórz | pobierz | wyjdź | anuluj |
  zamknij | wstecz | udostępnij | создать | регистрация | скачать | установить | выйти | отмена | закрыть |
  назад | поделиться | экран | настройки`,
  `ログイン | サインイン | 作成 | 登録 | ダウンロード | 退出 | キャンセル | 閉じる | 戻る | 共有 | 録画 | 登录 | 注册 | 创建 | 下载 | 离开 | 取消 | 关闭 |
  返回 | 共享 | 录制 | 登入 | 離開 | 로그인 | 가입 | 다운로드 | 나가기 | 취소 | 닫기 | 공유 | 녹화`,
);

/** Of a field for a person's name, in what is written at it or in it. */
export const nameWords =
  /name|nick|alias|pseudo|nom\b|prénom|nombre|apodo|nome|naam|nazwa|imię|jméno|namn|navn|nimi|isim|adınız|имя|ник|ім.я|όνομα|név\b|nume|名前|氏名|ニックネーム|名字|姓名|昵称|暱稱|名称|이름|닉네임|성함|اسم|שם|नाम|ชื่อ/iu;

/** Of a field whose text is of something else than a person. */
export const otherFields =
  /room|meeting|channel|conference|session|code|\bpin\b|pass|mail|phone|search|\burl\b|link|chat|message|comment|topic|server|host|token|company|organi[sz]ation|caption|file|raum|besprechung|kennwort|suche|nachricht|salle|réunion|recherche|mot de passe|sala|reunión|contraseña|buscar|mensaje|senha|cerca|messaggio|wachtwoord|zoeken|пароль|поиск|комната|会議|パスワード|検索|会议|密码|搜索|회의|비밀번호|검색/iu;
/** Of one that is a person's all the same. */
export const ownName =
  /\b(your|display|nick|user|screen|full|my|guest)[-_ ]?name|\bnick|ihr(en)? name|dein(en)? name|votre nom|tu nombre|seu nome|tuo nome/iu;

/** Of a control by which somebody agrees to something. */
export const agreeing = wordsOf(
  `agree | consent | accept( all)? | zustimmen | einverstanden | akzeptieren | j'accepte | accepter | acepto |
  aceptar | aceito | aceitar | concordo | accetto | accettare | acconsento | akkoord | accepteren | zgadzam |
  akceptuję | согласен | согласна | принимаю`,
  `同意 | 承諾 | 동의 | موافق | מסכים`,
);

/** Of a box by which somebody does. */
export const agreement = wordsOf(
  String.raw`agree | consent | accept | terms | conditions | privacy | policy | recorded | recording | acknowledge |
  confirm | i have read | stimme | zustimmen | einverstanden | akzeptiere | akzeptieren | zustimmung |
  nutzungsbedingungen | datenschutz\p{L}* | aufgezeichnet | aufzeichnung | gelesen | accepte | j'accepte |
  accepter | consens | consentement | conditions générales | enregistré | acepto | aceptar | consiento |
  términos | condiciones | privacidad | grabad[ao] | aceito | aceitar | concordo | termos | gravad[ao] |
  accetto | accettare | acconsento | termini | registrat[ao] | akkoord | accepteer | voorwaarden |
  opgenomen | zgadzam | akceptuję | regulamin | согласен | согласна | принимаю | условия`,
  `同意 | 承諾 | 規約 | 条款 | 條款 | 동의 | 약관 | موافق | מסכים`,
);

/** How what lies over a page is got rid of, the most refusing way first. */
export const dismissals: readonly RegExp[] = [
  wordsOf(
    `reject( all)? | refuse( all)? | decline( all)? | deny( all)? |
  (only )?(necessary|essential|required)( cookies)?( only)? | no,? thanks | not now | disagree |
  (alle )?ablehnen | nur (notwendige|erforderliche|essenzielle)( cookies)? | (tout )?refuser |
  continuer sans accepter | rechazar( todo| todas)? | rejeitar( tudo)? | recusar | rifiuta( tutto)? |
  weigeren | afwijzen | odrzuć( wszystkie)? | odmítnout | avvisa( alla)? | afvis( alle)? | hylkää | reddet |
  отклонить( все)? | відхилити`,
    `拒否 | 拒绝 | 拒絕 | 거부`,
  ),
  wordsOf(
    `close | dismiss | skip | later | hide | schließen | fermer | cerrar | fechar | chiudi | sluiten |
  zamknij | zavřít | stäng | luk | lukk | sulje | kapat | закрыть | закрити | maybe later | später |
  plus tard | x`,
    `× | ✕ | ✖ | ╳ | 閉じる | 关闭 | 關閉 | 닫기`,
  ),
  wordsOf(
    `ok(ay)? | got it | understood | i understand | verstanden | alles klar | j'ai compris | entendido |
  entendi | ho capito | begrepen | rozumiem | понятно`,
    `了解 | 知道了 | 확인`,
  ),
];

/** Of what a page says when it does not want a name. */
export const refusedName =
  /character|alphanumeric|(only|just) letters|taken|in use|already|exists|too (long|short)|invalid|not (allowed|valid|available|permitted|alphanumeric)|reserved|(another|different|other) name|zeichen|vergeben|bereits|ungültig|caractère|déjà|invalide|car[aá]cter|en uso|inv[aá]lid|caratteri|già|non valido|tekens|al in gebruik|bezet|ongeldig|znaki|zajęt|nieprawidłow|символ|занят|недопуст|文字|使用(され|中)|無効|字符|已(被)?(使用|占用)|无效|문자|사용 ?중|유효하지/iu;
