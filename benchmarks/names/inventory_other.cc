#include "benchmarks/names/inventory_rows.h"

namespace probity::benchmarks {

// Latin spellings are those that the parties use, so they vary as they do.
const std::vector<LanguageRow>& OtherRows() {
  static const auto* rows = new std::vector<LanguageRow>{
      {"zh", 120, kFamilyInFront, 2,
       "华:hua 新:xin 东:dong 海:hai 金:jin 龙:long 宝:bao 德:de 天:tian 正:zheng 永:yong 兴:xing "
       "隆:long 祥:xiang 瑞:rui 丰:feng 盛:sheng 恒:heng 鑫:xin 泰:tai 安:an 联:lian 创:chuang "
       "飞:fei 美:mei 佳:jia 达:da 通:tong 科:ke 信:xin 诚:cheng 明:ming 光:guang 伟:wei 力:li "
       "宏:hong 大:da 中:zhong 国:guo 富:fu 贵:gui 源:yuan 长:chang 江:jiang 河:he 山:shan 云:yun "
       "星:xing 辰:chen 宇:yu 亿:yi 万:wan 利:li 顺:shun 发:fa 昌:chang 康:kang 健:jian 福:fu "
       "寿:shou 平:ping 和:he 同:tong 立:li 志:zhi 远:yuan 博:bo 雅:ya 文:wen 武:wu 林:lin "
       "森:sen 木:mu 石:shi 玉:yu 银:yin 铜:tong 钢:gang 铁:tie 晶:jing 蓝:lan 红:hong 青:qing "
       "绿:lü 紫:zi 凯:kai 朗:lang 睿:rui 晨:chen 皓:hao 浩:hao 洋:yang 涛:tao 波:bo 峰:feng "
       "岭:ling 庆:qing 欣:xin 悦:yue 嘉:jia 尚:shang",
       "贸易:Trading 科技:Technology 实业:Industrial 电子:Electronics 机械:Machinery "
       "纺织:Textile 服装:Garment 化工:Chemical 食品:Food 国际:International 集团:Group "
       "物流:Logistics 建设:Construction 材料:Materials 医疗:Medical 能源:Energy "
       "进出口:Import_&_Export 塑料:Plastics 家具:Furniture 包装:Packaging",
       "有限公司:Co.,_Ltd. 股份有限公司:Co.,_Ltd. 有限责任公司:Company_Limited "
       "集团有限公司:Group_Co.,_Ltd.",
       "上海:Shanghai 深圳:Shenzhen 广州:Guangzhou 北京:Beijing 宁波:Ningbo 苏州:Suzhou "
       "浙江:Zhejiang 江苏:Jiangsu 杭州:Hangzhou 青岛:Qingdao 东莞:Dongguan 天津:Tianjin "
       "山东:Shandong 福建:Fujian 新疆:Xinjiang",
       "",
       "王:Wang 李:Li 张:Zhang 刘:Liu 陈:Chen 杨:Yang 黄:Huang 赵:Zhao 吴:Wu 周:Zhou 徐:Xu 孙:Sun "
       "马:Ma 朱:Zhu 胡:Hu 郭:Guo 何:He 高:Gao 林:Lin 罗:Luo 郑:Zheng 梁:Liang 谢:Xie 宋:Song"},
      {"ru", 90, kSpaced | kFormInFront, 3,
       "ва:va ле:le на:na си:si бе:be ро:ro мир:mir строй:stroy тех:tekh но:no пром:prom сев:sev "
       "юж:yuzh вос:vos ток:tok ал:al та:ta ир:ir кут:kut ом:om мо:mo гор:gor ка:ka ме:me та:ta "
       "ли:li бор:bor дар:dar чер:cher ниж:nizh жел:zhel дон:don ура:ura лит:lit хим:khim газ:gaz "
       "снаб:snab энер:ener го:go ин:in вест:vest щит:shchit яр:yar ост:ost зна:zna ря:rya",
       "Торговый_Дом:Trading_House Инжиниринг:Engineering Логистика:Logistics Групп:Group "
       "Холдинг:Holding Строительство:Construction Сервис:Service Технологии:Technologies "
       "Транс:Trans Машиностроение:Machinery Химия:Chemistry Текстиль:Textile",
       "ООО:LLC ОАО:OJSC ЗАО:CJSC ПАО:PJSC АО:JSC ТОО:LLP",
       "Москва:Moscow Сибирь:Siberia Урал:Ural Северный:Northern Восток:Vostok Казань:Kazan "
       "Алматы:Almaty Минск:Minsk",
       "Александр:Alexander Сергей:Sergey Елена:Elena Дмитрий:Dmitry Ольга:Olga Андрей:Andrey "
       "Наталья:Natalya Юрий:Yuri Ирина:Irina Михаил:Mikhail Татьяна:Tatiana Евгений:Yevgeny",
       "Иванов:Ivanov Смирнов:Smirnov Кузнецов:Kuznetsov Попов:Popov Васильев:Vasilyev "
       "Соколов:Sokolov Михайлов:Mikhaylov Новиков:Novikov Фёдоров:Fyodorov Морозов:Morozov "
       "Волков:Volkov Алексеев:Alekseyev Лебедев:Lebedev Шевченко:Shevchenko Щукин:Shchukin "
       "Чернышёв:Chernyshev Жуков:Zhukov Яковлев:Yakovlev"},
      {"ar", 50, kSpaced | kFormInFront, 2,
       "با:ba سل:sal مد:mad ري:ri نو:nu حا:ha كم:kam لي:li صف:saf دا:da رش:rash يد:id فا:fa هم:ham "
       "جم:jam ال:al عم:am ار:ar وس:was يم:im قا:qa سم:sim ناص:nas ر:r خا:kha طا:ta شم:sham س:s "
       "زه:zah را:ra بد:bad نج:naj ما:ma هد:hud منا:mana ور:wr",
       "للتجارة:Trading للمقاولات:Contracting للصناعة:Industries القابضة:Holding "
       "للخدمات:Services الدولية:International للنقل:Transport للاستثمار:Investment "
       "للبترول:Petroleum الهندسية:Engineering",
       "شركة:Company مؤسسة:Establishment مجموعة:Group",
       "دبي:Dubai بغداد:Baghdad دمشق:Damascus الخليج:Gulf القاهرة:Cairo الرياض:Riyadh العراق:Iraq",
       "محمد:Mohammed أحمد:Ahmed علي:Ali حسن:Hassan فاطمة:Fatima عمر:Omar خالد:Khalid مريم:Maryam "
       "يوسف:Yousef إبراهيم:Ibrahim سعيد:Saeed نور:Nour",
       ""},
      {"ja", 35, kFamilyInFront, 2,
       "サン:san テク:teku ミツ:mitsu カワ:kawa ナカ:naka ヤマ:yama トモ:tomo ハラ:hara キタ:kita "
       "シマ:shima フジ:fuji マル:maru オカ:oka タカ:taka セイ:sei ニチ:nichi コウ:ko ワ:wa ノ:no "
       "リ:ri アサ:asa ヒ:hi ダイ:dai ホシ:hoshi クラ:kura ムラ:mura イシ:ishi モリ:mori",
       "工業:Industries 商事:Trading 電機:Electric 製作所:Works 建設:Construction 産業:Industry "
       "運輸:Transport 化学:Chemical 食品:Foods システム:Systems",
       "株式会社:Co.,_Ltd. 有限会社:Ltd. 合同会社:LLC",
       "東京:Tokyo 大阪:Osaka 日本:Japan 横浜:Yokohama 名古屋:Nagoya",
       "太郎:Taro 花子:Hanako 健一:Kenichi 恵子:Keiko 洋子:Yoko 誠:Makoto 浩:Hiroshi 明美:Akemi",
       "佐藤:Sato 鈴木:Suzuki 高橋:Takahashi 田中:Tanaka 渡辺:Watanabe 伊藤:Ito 山本:Yamamoto "
       "中村:Nakamura 小林:Kobayashi 加藤:Kato 吉田:Yoshida 山田:Yamada"},
      {"ko", 30, kSpaced | kFamilyInFront, 2,
       "한:han 성:sung 대:dae 우:woo 현:hyun 진:jin 삼:sam 동:dong 신:shin 정:jung 경:kyung 남:nam "
       "일:il 화:hwa 세:se 종:jong 영:young 태:tae 광:kwang 원:won 국:kuk 미:mi 산:san 유:yu 보:bo "
       "림:rim 해:hae 주:joo 선:sun 민:min",
       "상사:Trading 전자:Electronics 건설:Construction 화학:Chemical 물산:Corporation "
       "중공업:Heavy_Industries 섬유:Textile 물류:Logistics 식품:Food 기술:Technology",
       "주식회사:Co.,_Ltd. 유한회사:LLC (주):Co.,_Ltd.",
       "서울:Seoul 부산:Busan 인천:Incheon 대구:Daegu 한국:Korea", "",
       "김:Kim 이:Lee 박:Park 최:Choi 정:Jung 강:Kang 조:Cho 윤:Yoon 장:Jang 임:Lim 한:Han 오:Oh"},
      {"hi", 15, kSpaced, 2,
       "रा:ra म:m शी:shi ला:la सु:su न:n दे:de व:v गो:go पा:pa कि:ki श:sh मी:mi ता:ta भा:bha र:r "
       "त:t बा:ba जी:ji चं:chan द:d हरि:hari प्र:pra का:ka वि:vi",
       "ट्रेडर्स:Traders उद्योग:Industries इंजीनियरिंग:Engineering टेक्सटाइल्स:Textiles सर्विसेज:Services "
       "कंस्ट्रक्शन:Construction",
       "प्राइवेट_लिमिटेड:Private_Limited लिमिटेड:Limited",
       "दिल्ली:Delhi मुंबई:Mumbai भारत:Bharat गुजरात:Gujarat पंजाब:Punjab",
       "राजेश:Rajesh सुनीता:Sunita अमित:Amit प्रिया:Priya विजय:Vijay अनिल:Anil",
       "शर्मा:Sharma वर्मा:Verma सिंह:Singh गुप्ता:Gupta पटेल:Patel कुमार:Kumar यादव:Yadav"},
      {"el", 15, kSpaced, 3,
       "πα:pa δη:di μη:mi τρ:tr κο:ko νι:ni γα:ga λα:la βα:va σι:si θε:the ο:o χα:cha ρι:ri φω:fo "
       "στε:ste αν:an το:to με:me ξε:xe λη:li ζα:za",
       "Εμπορική:Trading Ναυτιλιακή:Shipping Τεχνική:Technical Κατασκευές:Constructions "
       "Βιομηχανία:Industry Μεταφορές:Transport Τρόφιμα:Foods",
       "Α.Ε.:S.A. Ε.Π.Ε.:Ltd. Ο.Ε.:O.E. Ι.Κ.Ε.:P.C.",
       "Αθήνα:Athens Πειραιάς:Piraeus Κρήτη:Crete Ελληνική:Hellenic",
       "Γιώργος:Giorgos Μαρία:Maria Νίκος:Nikos Ελένη:Eleni Δημήτρης:Dimitris Κώστας:Kostas", ""},
      {"he", 10, kSpaced, 2,
       "של:shal ום:om בר:bar גל:gal אל:el רון:ron מי:mi כא:kha דן:dan לב:lev נו:no עם:am תל:tel "
       "שי:shi רז:raz הד:had אר:ar יה:ya",
       "תעשיות:Industries הנדסה:Engineering סחר:Trading טכנולוגיות:Technologies בנייה:Construction "
       "שירותים:Services",
       "בע\"מ:Ltd.", "ישראל:Israel חיפה:Haifa ירושלים:Jerusalem",
       "דוד:David שרה:Sarah משה:Moshe רחל:Rachel יוסף:Yosef אברהם:Avraham",
       "כהן:Cohen לוי:Levy מזרחי:Mizrahi פרץ:Peretz ביטון:Biton פרידמן:Friedman"},
      {"th", 15, kUnspaced, 2,
       "สม:som ชัย:chai ศรี:sri วัฒ:watt นา:na พร:porn ไทย:thai ทอง:thong สิน:sin มงคล:mongkol "
       "เจริญ:charoen รุ่ง:rung แสง:saeng กิจ:kit บุญ:boon วิ:wi ธนา:thana นคร:nakhon",
       "การค้า:Trading อุตสาหกรรม:Industry ขนส่ง:Transport ก่อสร้าง:Construction อาหาร:Foods "
       "เทคโนโลยี:Technology",
       "จำกัด:Co.,_Ltd. จำกัด_(มหาชน):PCL", "กรุงเทพ:Bangkok เชียงใหม่:Chiang_Mai สยาม:Siam",
       "สมชาย:Somchai สมศรี:Somsri ประเสริฐ:Prasert มาลี:Malee วิชัย:Wichai", ""},
      {"ka", 5, kSpaced, 3,
       "გი:gi ორ:or ბა:ba თუ:tu მი:mi ნა:na რა:ra ლი:li კა:ka ხე:khe თი:ti სა:sa ქა:ka რთ:rt ვა:va",
       "სერვისი:Service ჯგუფი:Group მშენებელი:Builder ტრანსი:Trans", "შპს:LLC სს:JSC",
       "თბილისი:Tbilisi ბათუმი:Batumi საქართველო:Georgia",
       "გიორგი:Giorgi ნინო:Nino დავით:Davit მარიამ:Mariam", ""},
      {"hy", 5, kSpaced, 3,
       "ար:ar մեն:men հա:ha կոբ:kob սար:sar գիս:gis վար:var դան:dan նո:no րա:ra վա:va լի:li տի:ti",
       "Գրուպ:Group Շին:Shin Տրանս:Trans Սերվիս:Service", "ՍՊԸ:LLC ՓԲԸ:CJSC",
       "Երևան:Yerevan Արարատ:Ararat Հայաստան:Armenia", "Արմեն:Armen Անի:Ani Գագիկ:Gagik Մարի:Mari",
       ""},
  };
  return *rows;
}

}  // namespace probity::benchmarks
