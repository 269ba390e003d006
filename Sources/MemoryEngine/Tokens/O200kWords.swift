/// Words that `o200k_base` has as one token however they stand; made by data/golden/tokens/make.py.
enum O200kWords {
    /// Lower case, at most twelve letters, separated by white space.
    static let list = """
        a aa aan ab abb aber ability able abort about above abr abra abs absolute abstract ac acad acc acceler accent
        access account accounts ace ach ache act action actions activ activate activation active activities activity
        actor actors acts actual actually ad ada adam adapt adapter add added adding addition additional addr address
        addresses adds ade adj adjust adm admin administr ads adult adv advance advanced advantages advert advisor ae af
        aff afin after ag again age agency agent aggreg ago agr agree ah ahead ai aid aim air aj ajax ak ako akt aku al
        alan alarm album albums ale alert alerts alg algo ali alias alien align alignment alive all alla alle allen
        alles alloc allocate allocation allow allowed allows almost along alpha alphabet already als also alt alta alter
        altern alternate alternative although always am ama amazon amb amen amer among amount amp an ana anal analog
        analyse analysis analytics anc anch anchor and anda andre android ang angel anh ani anim animal animals animate
        animated animation anime ann annotation ano anonymous another ans answer answers ant ante anth anti any anything
        ao ap apa apart api app appe append apple application applications apply appointment appro approx apps apr aqu
        ar ara arab arbe arc arch are area areas arena arg args argument arguments ark arm army around arqu arr array
        arrow art arte article articles artikel artist artists arts ary as asc ash aside ask asp aspect ass assembly
        assert assessment asset assets assign assigned assignment assim assist assistant associate associated
        association ast astr async at ata ath ati atom atomic atr att attr attribute attributes au auch auction aud
        audio audit auf aug aunque aur aus aut auth author authorized authors auto autom autor autos aux av aval avant
        ave avec average avg avis avoid aw await award away ax axis ay aya az b ba bab baby back backend background
        backup bad badge bag bah bak bal balance ball balls ban band bands bang bank banks banner bao bar bare barn bars
        bas base based bases basic basis basket bass bat batch bath battery battle bay baz bb bd be beam bean bear
        bearing beat because bed beds bee been beer before beg begin beh bei being bek bel bell below bem ben bench
        benchmark benef ber bere bes besch best beste bet beta better between bew bez bg bh bi bias bib bibli bid bien
        big bij bike bil bild bill billing bin binary bind binding bio bir bird birth birthday bis bit bitmap bits biz
        bl black blade blank blast ble blend blind blo blob bloc block blocking blocks blog blogs blood blu blue blur bo
        boa board bob body bog bol bold bom bomb bon bond bone bones bonne bonus book booking books bool boolean boom
        boot bor border born borrow bos boss bot both bottom bou bounce bound bounds bout bow box boxes boy br bra brace
        brain brand bras bre bread break breed brick bridge bright bring brit bro broadcast broken broker bron browse
        browser brush bs bt btn bu bubble buck bucket bud buddy budget buf buff buffer bug build builder built buk bul
        bulk bull bullet bund bundle bur burger burn burst bus business busy but button buttons buy buyer buzz bw by
        byte bytes c ca cab cache cached cad cada cake cal calc calculate calendar call callback called caller calling
        calls cam camera camp campaign campo can cancel cand candidate cannot canon cant canvas cap capital caps capt
        caption capture car cara card cards care career cargo carry cars cart cas case cases cash casino cass cast
        casting cat catalog catch categor categoria categories category cats cause cd ce cel cela cele cell cells cent
        center central centre cep cer cert certain certificate ces cet cf ch cha chain chains chair challenge champ chan
        chance chang change changed changes changing channel channels chap chapter char character characters charg
        charge charges charging charset chart charts chat che cheap check checked checking checkout checks chef chem
        cher chez chi chief child children china chip cho choice choices choose chr christ chrom chrome chron chu chunk
        church ci cidade cin cipher cir circ circle cit cities city civil cl cla claim clar clas class classe classes
        classic cle clean cleanup clear cli click client cliente clientes clients clin clinic clip clock clone clos
        close closed closing closure cloud club cluster cm cmd co cock cod code codes coding coffee coin col cold cole
        coll collapse collect collection collections collector college collision colon color colored colors colour
        column columns com comb combat combine combined combo come coment comfort comic coming comm command commands
        comme comment comments commerce commercial commission commit committee common commun community como comp compact
        company compar compare comparison compat compatible compet compile compiler compl complete completed completion
        complex component components compose composition compound compr compress compression comput compute computer con
        conc concept concert cond condition conditions conduct cone conf conference confidence config configure confirm
        confirmation conn connect connected connecting connection connections connector cons consider console const
        constant constants constraint constraints construct construction constructor consult consulta consume consumer
        cont contact contacts container containers contains conte content contents contest context contin continu
        continue contr contra contract contracts contrast control controle controlled controller controllers controls
        conv conversation conversion convert converted converter cook cookie cookies cool coord cop copies copy
        copyright cor cord core corn corner corp corpor corr correct cors cos cost cot cou could count counter countries
        country counts county coupon cour course courses court cov cover cow cp cpu cr cra craft cre cream crear create
        created cred credentials credit crew cri crit criteria critical cro cron crop cross crow cry crypt crypto cs css
        csv ct ctrl cu cub cube cult culture cum cup cur curl curr currency current currently curso cursor curve cus
        cust custom customer cut cute cuts cv cy cycl cycle czy d da dad dados dag daily dak dal dam damage dan dance
        dang danger dans dao dar dark das dash dashboard dat data database datas dataset date dates dating datos datum
        dav day days db dc de dead deal dealer death deb debug dec deck decl declare decode ded deep def default
        defaults define defined defines definition definitions deg degree dek del delay deleg delegate delete deleted
        delivery delta dem demo den dense density dent dep depart department depend dependency depending deploy
        deployment deposit depth der dere des desc describe description descriptor desde design designer desired desk
        desktop dess dest destination destroy det detail details detect determ dev develop developer development device
        devices dh di dia dial dialog diam diamond dias dic dice dict dictionary did die dienst dies diet dif diff
        difference different difficulty dig digest digit digital dim dimension din dip dir dire direct direction
        directory dirty dis disable disabled disc disconnect discord discount discover dish disk disp dispatch display
        dispose dist distance distributed distribution district dit div dj dl do dob doc doch dock docs doctor document
        dod does dog dogs doing dok dol dom domain domin don done dont door doors dor dos dose dot dou double dow down
        download dr draft drag draw drawer drawing dream dress drink drive driver dro drop drops drug dry ds dt du dual
        dub due dummy dump dup duplicate dur duration durch during dus dust dw dx dy dyn dynamic dz e ea each ear early
        earn earth ease east easy eat eb ec echo eco econom economic ed edad edge edit editing editor edu educ education
        ee een ef eff effect effective effects eg egg eh ei eig eight ein eine either ej ek eks el ela elastic ele elect
        electric electron elem element elements eles elig eligible elite ell ella elle els else em email emails emb
        embed embedded emit emotion emp employee employees employment empty en enable enabled enc encode encoder
        encoding encrypt end ending endpoint ends enemy ener energy eng engine engineering english enh ens ensure ent
        enter enterprise entities entity entr entre entries entry enum enumer env environment ep episode episodes epoch
        eq equ equal equals equip equipment er era err error es esc escape ese esk eso esp especial ess essa est esta
        estas estate este esto estos estr et eta eth eu ev eval evalu evaluate evaluation even event evento events ever
        every ex exact exam example examples exc excel excellent except exception exceptions exchange exclusive exec
        execut execute execution executor exercise exist existing exists exit exp expand expanded expect expected
        expense expenses exper experience experiment experimental expert expl explicit export expr express expression
        ext extend extended extension extensions external extr extra extract extras ey eye eyes ez f fa fab fabric fac
        face facebook faces fact factor factory facts fade fail failed failure fair faire fake fal fall falls false fam
        famil family fan fans fant far fare farm fashion fast fat fatal father fault fav favor favorite favorites fax fb
        fc fe fear feature features feb fecha fed fee feed feedback feel fees feet fel female fen fer fest festival
        fetch few fi fib fiber field fields fig fight figure fil file filename files fill filled film filter filters fin
        final find finding fine finger finish finished fir fire firebase firm firma first fish fit fitness fits five fix
        fixed fixture fl flag flags flash flat fleet flex flight flip flo float floating floor flow flower flush flux
        fly fn fo focus fog fol fold folder follow fon fond font fonts foo food foods foot footer for force forced fore
        forest forget forgot fork form forma formal format formation formats formatter former forms formula fors fort
        forum forums forward fot foto found foundation four fr fra fraction frag fragment frame frames framework fre
        free freeze frequency fresh fri friend friendly friends frm from front fruit fs ft fu fuck fuel ful full fully
        fun func function functional functions fund fusion future fy g ga gab gain gal gallery gam game games gaming
        gamma gan gang gap gar gard garden gas gast gate gateway gay gaz gb ge gear geb ged gee geen gef gel gem geme
        gen gender gene gener general generate generated generation generator generic genes gent geo ger ges gesch gest
        gestion get gets getting gew gez gh ghost gi gia gift gig gin gir girl girls git give given giving gj gl glass
        gli glob global gn go god gol gold gone good goods google got gov gr gra grab grad grade grades gradient gradu
        graduate graf gram grammar gran grand grant graph graphic graphics grass gratis gravity gray gre great greater
        green grey grid gro gross ground group groups grow growth grund grupo gtk gu guest gui guid guild gun gut gw gy
        gym h ha hab habit hack had hai hair hak hal half hall ham hamb hammer han hand handle handler handles handling
        hands hang happy har hard hardware hari hart has hash hasta hat have having hay haz hd he head header headers
        heading heads heal health healthy heap hear heart heat heavy heb heel hei height hel held hell hello help helper
        hem hen her here hero herr het hex hey hi hidden hide hier high higher hil hill hin hint hip hire his hist
        histor history hit hits hl ho hoe hol hold holder holding hole holiday holy hom home homes hon hook hooks hop
        hope hor hora horizontal horn horse hos hospital host hot hotel hou hour hours house housing hover how hp hr
        html http hu hub hud hum human hun hund hung hur hv hw hy hyd hyp hyper i ia ib ic ice ich icon icons id ide
        idea ideal ident identifier identify identity idi idle ie if ig ign ignore ihe ii ik iki il ill illegal ils im
        imag image imagen images img imm immer imp impact imper impl implement import importance important imports in
        ina inc incident incl include included includes including inclusive income incoming incorrect increase increment
        ind index indexed india indic indicator individual industr industry inf infer infl info inform information infra
        ing ingen ingred ini inicio init initi initial initialize inject ink inline inn inner innov innovation input
        inputs ins insert inside inspect inst install installation instance instances instant instead instit institution
        instr instruction instructions instrument int inte integer integr integration intent inter interaction
        interactive interest interesting interface interfaces intern internal internet interpret interrupt intersection
        interval into intr intro introdu inv invalid invent inventory invest invite invoice invoke io ion ip ips ir iron
        is isa isi iso iss isso issue ist it item items iter iterator ito its iv ix iy iyo iz j ja jack jak jam jan jar
        java jaw je jed jeg jen jer jes jet ji jo job jobs join joint jon jos jour journal joy js json ju jud judge jug
        jul jump jun jur just jwt jy k ka kab kad kai kaj kal kam kami kan kana kap kar kart kas kat kay kaz ke keep kel
        kem ken kenn kent ker kernel kes ket kev key keyboard keys keyword keywords kg kh ki kick kid kids kil kill kim
        kin kind king kir kit kl klik km kn know known ko kod kol kom kon kont kor kort kos kosten kot kr ku kub kul kun
        kung kup kur kut kv kw kwa ky l la laat lab label labels labor lady lag lak lake lam lambda lamp lan land
        landing lane lang language languages lap lar large largest las laser last lat late later latest laugh launch lav
        law lay layer layers layout lazy le lead leader leading leaf league lean lear learn learning lease least leave
        leb lect lecture led leer left leg legal lei leider lek len leng length lens leo les less lesson let lets letter
        lev level levels lever lex ley li lib libraries library lic license lie life lift lig light lighting lights lik
        like likes lim limit limited limits lin line linear lines ling linha link linked links lip lis list lista liste
        listed listen listener listing lists lit lite liter literal little liv live living lj ll lo load loaded loader
        loading loads loan loc local locale located location locations lock locked locks log logged logger logging logic
        logical login logo logout logs lok loko lol lon long longitude look looking looks loop lor los lose loss lost
        lot lots lou lov love low lower lt lu lua lub luc luck lum lux lv ly lyrics m ma maar mac mach machine machines
        macro mad made mag magic magn mah mai mail main maint mais maj major mak make maker makes making mal male mall
        mam man mana manage managed management manager mand manifest mant manual manufact manufacturer many map mapper
        mapping maps mar marca march margin marine mark marker market marks mars mart mas mask mass massage master
        masters mat match matches matching mate mater material materials math matrix matter max maximum may maybe maz
        maze mb mc md me mean med media median medicine medium mee meer meg mega mehr mein mel mem member members
        membership memo memory men meng mens ment mental mention menu mer merc merchant merge merk mes mesa mesh mess
        message messages met meta metadata metal meter meth method metric metrics metro mex mf mg mh mi mic micro mid
        middle mig migration mil milk mill million min mind mine miner mini mint minus mir mirror mis miss missing
        mission mist mit mitt mix mixed mk ml mm mme mn mo mob mobil mobile mock mod modal mode model modelo models
        moder modern modified modifier modify module modules mol mom moment mon mond money monitor mont month moon mor
        more mort mos most mostrar mot mother motion motor mount mounted mouse mov move movement moves movie movies
        moving mp mr ms msg mt mu much mud mul mult multi multip multiple multiply mun municip mur mus museum music must
        mut mutable mutation muy mw my mysql n na nach nag nah naj nak nal nam nama name named names namespace nan nap
        nar nas nat nation national native natur natural nature nav navigate navigation naz nb nc nd ne near neb nec
        need neg nel nem nen nest nested net network neu nev never new news next ng nga ngo nh ni nic nice nich nicht
        nick nie niet night nik nil nine nit nivel nj nk nm no noch node nodes nog noise nom nombre nome non none nor
        norm normal north nos not nota note notes nothing notice notification notify nou nous nov nova novo now nr ns nt
        nu nuevo null num number numbers numer numeric nun nur nut nx ny nz o oak ob obj object objective objects objet
        obs observ observe observer obt oc occ och oct od odd oder of off offer offers office official offline offset
        often og oh oil oj ok okay oku ol old older ole om on once ond onde onder one online only ons ont oo ook op open
        opening oper opera operation operations operator operators opin opp ops opt optim optimal optimization option
        optional options or ora orange ord orden order ordered ordering orders ore org organ organic organisation
        organization ori orient orientation orig origin original ort orth os osc ot other others otra otro ott ou oui
        our out outer outline output outputs outside ov over overall overflow overlay override overs overview ow own
        owner ox oy oz p pa pac pack package packed packet packing pad padding pads pag page pages pagination pai paid
        pain paint pair pais pak pal palette pam pan pand pane panel pant pap paper par para paragraph parallel param
        parameter parameters params paras parcel pare parent parents park parking parse parsed parser part parte
        particle partner parts party pas pass passed passing password past paste pat patch path paths patient pattern
        pause pay payload payment pb pc pd pdf pe pear ped pedido peer peg pel pem pen pend pending peng pens pent pep
        per perc percent percentage perf perfect perfil perform performance perhaps period perm permission permissions
        permit pero pers persist persistent person personal pert pes peso pet pets pf pg ph phase phen phi phone phones
        phot photo photos php phrase phys physical physics pi pic pick pics picture pictures pie piece pieces pier pig
        pil pilot pin ping pink pins pipe pipeline pir pis pit pitch pivot pix pixel pixels pizza pl pla plac place
        placement places plain plan plane planning plans plant plants plastic plat plate platform play played player
        players playing playlist ple please plot plug plugin plugins plus po pod poi point pointer points pois pok pol
        polar pole policy polit poll poly pom pon pont pool poor pop popup por porn porque port portable portal
        portfolio ports pos pose position positions positive poss post postal posted poster posting posts pot potential
        pour pow power powered poz pr pra practice pre prec pred predicate predict pref prefer preferences preferred
        prefix preg prem premium pren prep prepare prepared pres present presentation press prest pret pretty prev
        prevent preview previous pri price prices prim prima primary prime primer prin princip principal print printed
        printer printing prior priority pris priv private prix pro prob probe proble problem proc proced procedure
        proces process processing processor prod produ produce producer product production producto productos products
        produk prof profil profile profiles profit prog program progress project projection projects projekt prom
        promise promo promotion prompt pron proof prop proper properties property proposal props pros prot prote protect
        protected protein proto protocol prototype prov provid provide provided provider providers province proxy ps
        psych pt ptr pu pub publ public publish published publisher pul pull pulse pump pun pur purchase pure purple
        purpose push put pw px py python q qa qo qu qua quad quadr qual quan quando quant quantity quanto quart quarter
        que queen quel quelle quem quer queries query quest question questions queue qui quick quiet quit quite quiz
        quote quotes r ra rab race rack rad radi radio radius rah rail rain raise raised raises raj rak ram ran rand
        random range rank ranking rap rapid rare rat rate rated rates rather rating ratings ratio raw ray raz rc rd re
        reach react reaction read reader reading reads ready real really realm rear reason rec rece received receiver
        recent recipe recommend recommended record recover rect rectangle red rede redis ref refer reference references
        reflect reflection refresh refund reg regex region regional regions register registered registr registration
        registro registry regular reject rel release released reload rem remaining remark remarks remember remote remove
        removed ren render rent rep repair repeat replace replacement reply repo report reports repository represent req
        request requested requests require required requires res research reserv reservation reserve reserved reset
        resident resize resolution resolve resolver resource resources resp respect respond respons response responses
        responsive rest restore restr restricted result resultado results resume ret retr retrieve retro retry return
        returned returns rev reverse review reviews revision reward rewrite rez rh ri ric rice rich rid ride rig right
        rights ring rip ris rise risk river ro road rob robot rock rocket rod rol role roles roll rom roman room root
        ros rose rot rotate rotation rou round rounded route router routes routine routing row rows roz rs rt ru rub
        rule rules rum run runner running runs runtime rus rush rust rut rx ry s sa sab sad safe sal salary sale sales
        salt sam same sample samples sampling san sand sans sap sar sat sav save saved saving say sb sc scalar scale
        scan scanner scar scenario scene sch sche schedule scheduled schema scheme school science scient scope score
        scores scr scratch screen screens script scripts scroll sd se sea seal search season seat seb sec second
        secondary seconds secret sect section sections sector secure security sed see seed seek seen seg segment segu
        seit sek sel sele select selected selection selector self sell seller selling sem semi sen send sender sending
        sens sense sensor sent sentence seo sep separator sept seq sequ sequence ser serial serialize serializer serie
        series serv serve server servers service services ses sess session sessions set sets sett setting settings seven
        sex sexo sf sh sha shadow shape share shares she sheet shell shi shift ship shipping ships shoot shop short shot
        shots show shr si sid side sie sig sigma sign signal signed sil silent silver sim simpl simple simulation sin
        since sing single sink sip sir sis sit site sites situ six size sizes sj sk skill skills skin skip sky sl sleep
        slice slide slider slot slots slow sm small smart smooth sms sn snake snap snapshot snow so sob sobre soc social
        sock socket soft software sol solar sold solid solo solution solutions solve som some something sometimes son
        song songs sono soon sorry sort sorted sorting sou sound sounds source sources south soy sp spa space spaces
        spam span spark spe speaker spec special species specific spect speech speed spell sphere spiel spin spl split
        spo sport sports spot spr spread spring sprite spy sq sql square sr src ss st sta stable stack staff stage stake
        stamp stan stand standard standing star stars start started starter starting starts startup stat state statement
        states static station stations statistics stats status stay std ste steam stem step ster stick sticky still stim
        sto stock stocks stone stop stor storage store stored stores stories storm story str stra strateg strategy
        stream streams street strength stress stretch strict strike string strings strip stroke strong struct structure
        stu stub stud student students studio study stuff sty styl style styled styles su sub submit subs subscriber
        succ success such suggest suite sum summ summary summer sun sup super supp supplier support supported sur sure
        surf surface survey sus sv svg sw swap sweet switch sy sym symbol syn sync syntax sys system systems sz t ta tab
        tabla table tables tabs tag tags tai tail tak take taken taking tal talk tam tamb tan tank tap tar target tas
        task tasks taste tat tau tax tb tbl tc td te tea teach team tech ted teen teil tek tel tele tell tem tema temp
        temper template templates tempo temporary temps ten tenant tensor tent ter term termin terms terr terrain tes
        test tester testing tests tet tex text texto texture tf th tha thai than thank thanks that the them theme then
        ther there these theta they thi thin thing things think thinking third this those though thought thr thread
        threads three threshold through throw throws thu thumb thumbnail thus ti tick ticket tickets tid tie tier tik
        til tile tiles tim time timeline timer times timestamp tin tiny tip tipo tips tit title titles tk tl tmp to
        toast tod today todo todos toe toggle tok token tokens tol tom ton tone tong too tool tools top topic tor torch
        tot total tou touch tour tout tow tower town toy tp tr tra trab trace track tracker tracking tracks trad trade
        traditional trail train trainer training trait tran trans transaction transactions transfer transform transition
        translate translation transparent transport trap tras trash trat trav travel tray tre tree trees trend tri trial
        triangle trib trigger trim trip tritur tro truck true trust trusted truth try trying ts tu tube tum tun tuple
        tur turn tutorial tv tw tweet tweets twitter two tx txt ty typ type types u ua ub ud uf ug uh ui uint uit uk uku
        ul ult um uma un una unable und under une unexpected ung uni uniform union unique unit units univers unknown
        unless unlock uno uns unsupported unt unter until up update updated updates upgrade upload upon upper ups ur uri
        url us usage usb use used user username users uses using uso usu usually usuario usuarios ut utf util utilities
        utility utils uw uy uz v va vac vacc vad vai vak val vale valid validate validation validator valor value values
        vamos van var vari variable variant vars vat vault ve vec vector ved veel veg veh vel ven vend vendor vent venta
        venue ver verb verd verg verification verified verify vers verse version vert vertex very vest vet vi via vic
        vice vict vid vida vide video videos vie vien vier view viewer views vil vill villa ville vin vind viol vir virt
        virtual virus vis visa visibility visible vision visit visitor vista visual vit viv viz vl vm vo voc vod void
        voir vol volt vom von voor vor vos vote votes vou vous voy vr vraag vrij vs vu vue vy w wa waar wait wake wal
        walk walking wall wallet walls wan wann want wanted war ward ware warehouse warm warn warning wars was wash wat
        watch water wave wax way ways we weak weapon wear weather web website wed week weekly weeks wei weight weiter
        wel welcome well wenn went wer were werk west wet wh what whatever wheel when where whether which while white
        who whole why wi wid wide widget width wie wifi wij wiki wil wild will win wind window windows wine wing winner
        winning wins winter wir wire wis wise wish with withdraw within without wo woman women won wonder wood word
        words work worked worker workers workflow working works workspace world worth would wow wr wrap wrapped wrapper
        write writer writes writing written wrong ws wu wx wy x xa xe xi xml xt xu y ya yak yan yang ye year years
        yellow yer yes yet yi yield yii ym yn yo yon you young your youtube yr yu z za zak zap zd ze zeit zelf zen zero
        zi zie zijn zip zn zo zona zone zones zoom zu zum zur zus zw
        """
}
