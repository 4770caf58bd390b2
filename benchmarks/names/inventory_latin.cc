#include "benchmarks/names/inventory_rows.h"

namespace probity::benchmarks {

// "_" is a space inside one entry.
const std::vector<LanguageRow>& LatinRows() {
  static const auto* rows = new std::vector<LanguageRow>{
      {"en", 190, kSpaced, 2,
       "ash ber wood cor del field gar ham ing kes lan mer nor oak pel quin ros stan ton ul ver "
       "win yar bridge chel dun ell fair glen hol ives jar kirk lyn mor new pen red sher thorn "
       "vale well by croft",
       "Trading Holdings International Services Group Industries Manufacturing Logistics "
       "Engineering Construction Solutions Textiles Technologies Foods Shipping Chemicals Energy "
       "Consulting Garments Steel Packaging Electronics Medical Transport Mining Plastics "
       "Furniture Ceramics Seafood Aviation",
       "Ltd Limited Inc. LLC PLC Corp. Co._Ltd. Pvt._Ltd.",
       "London Northern Manchester Pacific Houston Leeds Western Boston Royal Midland Sydney "
       "Toronto Dublin Bristol Atlantic",
       "John Mary David Sarah Michael Emma James Olivia Robert Grace Thomas Alice William Lucy "
       "George Anna Peter Jane Charles Helen",
       ""},
      {"de", 95, kSpaced, 2,
       "berg bach stein feld mann hof wald burg dorf haus kel brand schul mei lin hoff reich gold "
       "win rau kru mül schä kön bär grü lau neu ott pfei schnei tho wei zim ber ger lich ner hard "
       "bert",
       "Handels Maschinenbau Technik Logistik Bau Metallbau Elektronik Beteiligungs Verwaltungs "
       "Vertriebs Anlagenbau Textil Chemie Spedition Lebensmittel Werkzeugbau Energie Immobilien",
       "GmbH AG GmbH_&_Co._KG KG e.K. UG OHG SE",
       "Berlin Hamburg München Köln Nord Süd Stuttgart Bremen Leipzig Wien Zürich Rhein",
       "Hans Anna Peter Ursula Wolfgang Monika Klaus Petra Jürgen Sabine Stefan Heike Dieter Käthe",
       ""},
      {"fr", 70, kSpaced, 2,
       "beau mont ville fon taine cha bert du ran roche fort mar chand le blanc gué rin dé lor "
       "mour neuf saint clair val lon jour dan pel tier bois main bri gny tou sac ney che lier",
       "Industrie Distribution Services Transports Construction Textiles Conseil Énergie "
       "Bâtiment Commerce Agroalimentaire Métallurgie Informatique Équipements",
       "SARL SA SAS SASU EURL SNC",
       "Paris Lyon Marseille Lille Bordeaux Nantes Toulouse Alsace Provence Genève",
       "Jean Marie Pierre Françoise Michel Nathalie André Sylvie Philippe Hélène René Élodie", ""},
      {"es", 70, kSpaced, 2,
       "al me da ro gar cí mo ra les nu ñez ver gue san tos cas ti llo flo pe dra bar que sol mar "
       "ti nez lo pez ri vas cor do ba le ón va lle jo",
       "Comercial Industrias Construcciones Servicios Distribuciones Exportaciones Textiles "
       "Alimentos Ingeniería Transportes Inversiones Agrícola Minera Pesquera",
       "S.A. S.L. S.A._de_C.V. Ltda. S.R.L. S.A.S.",
       "Madrid Barcelona México Bogotá Lima Sevilla Norte Sur Andina Valencia",
       "José María Antonio Carmen Manuel Ana Francisco Lucía Juan Pilar Miguel Sofía", ""},
      {"it", 60, kSpaced, 2,
       "ber ti lo ma ri ni ros si col la bel fer ra ro gio van man ci ta vel let to zan del bo "
       "mon te car pi sa ler mi na dol ce pre vi ga",
       "Commerciale Costruzioni Industrie Servizi Meccanica Tessitura Alimentari Trasporti "
       "Impianti Immobiliare Ceramiche Calzature",
       "S.r.l. S.p.A. S.n.c. S.a.s. S.r.l.s.",
       "Milano Roma Torino Napoli Prato Bologna Italiana Veneta Lombarda",
       "Giuseppe Maria Giovanni Anna Marco Lucia Andrea Francesca Luca Chiara Niccolò", ""},
      {"pl", 45, kSpaced, 2,
       "kow al ski wiś niew no wak zie lin woj cie jan ko mar cza dą brow łuk łą cki ber gór "
       "pio trow szcz kra sow szy mań gra bar lew woź nia sta cho",
       "Handel Produkcja Usługi Budownictwo Transport Przemysł Technika Inwestycje Odzież "
       "Spedycja Energetyka",
       "Sp._z_o.o. S.A. Sp.k. S.C. P.S.A.",
       "Warszawa Kraków Łódź Gdańsk Wrocław Poznań Śląsk Polska",
       "Jan Anna Piotr Katarzyna Andrzej Małgorzata Tomasz Agnieszka Paweł Łucja", ""},
      {"tr", 45, kSpaced, 2,
       "yıl maz ka ya de mir çe lik şa hin ay dın öz türk ars lan do ğan kı lıç kor kut gü neş te "
       "kin bay rak er su al tun ço ban ün",
       "Tekstil Ticaret Sanayi İnşaat Gıda Lojistik Otomotiv Makina Enerji Turizm Dış_Ticaret",
       "A.Ş. Ltd._Şti. Sanayi_ve_Ticaret_A.Ş. Sanayi_ve_Ticaret_Ltd._Şti.",
       "İstanbul Ankara İzmir Bursa Denizli Anadolu Ege Karadeniz",
       "Mehmet Fatma Mustafa Ayşe Ahmet Emine Ali Hatice Hüseyin Zeynep İbrahim", ""},
      {"id", 35, kSpaced | kFormInFront, 2,
       "su ka di wi ja ya tri bu mi nu san ta ra in do pra ma si lam pu ti sen to sa ri ga ru da "
       "man di ri mul ke ban gun",
       "Abadi Jaya Perkasa Industri Makmur Sejahtera Tekstil Mandiri Utama Sentosa Logistik",
       "PT CV PT UD", "Jakarta Surabaya Bandung Nusantara Indonesia Medan Jawa",
       "Budi Siti Agus Dewi Andi Sri Rudi Rina Joko Wati", ""},
  };
  return *rows;
}

}  // namespace probity::benchmarks
