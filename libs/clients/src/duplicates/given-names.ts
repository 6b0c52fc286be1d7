import { wordsOf } from '../search/spelling.js';

/** Names of one person in everyday life, in Swiss, German, French, Italian and English use; a short name may stand for several. */
const CALLED = `
  adelheid heidi heidy; albert albi bert; alessandro sandro ale; alexander alex alexandre sascha sacha lex; alexandra alex sandra; alfred fredi fredy alf;
  alois loisl luis wisi; andreas andi andy res andrea andre; anna anne annie anni aenne ann nanette; anna-maria annemarie anne-marie annamaria;
  anton toni tony antoine antonio anthony nino; antonia toni; arnold noldi arno; august gusti gust; barbara babs bärbel barbi; beatrice bea trix; beatrix bea trix;
  benjamin beni ben benny benoit; bernhard beni bernd berni bernard hardy; brigitte gitte brigitta gitta; catherine cathy cathérine kate katie kathy; charlotte lotte lotti charly;
  christian chris christoph christophe christopher; christiane christine christina chris tina kirsten kristin; claudia claudi; cornelia conny nelly corina;
  daniel dani dan danny daniele; daniela dani dany danielle; david dave davide; dominik dominique domi nick; dorothea dora doris thea; eduard edi edy edouard ed;
  elisabeth elisabetha lisbeth liesbeth betty elsbeth elsa elsi lisa liz beth betli isabel; emmanuel manu manuel emanuel; ernst aschi erni; erwin erwi; esther esti;
  eugen geni eugene; eva evi eve; ferdinand ferdi; florian flo; francoise fanny france; franz franco francesco francois franky; franziska fraenzi franzi franzisca cisca;
  frederic fred fredi frederick; friedrich fritz fridolin frederic fred; gabriel gabi gabriele; gabriela gabi gaby gabriele gabrielle; georg jürg jörg georges george schorsch;
  gerhard gerd gery geri hardi; gertrud trudi trudy gerti; giovanni gianni gian nino; giuseppe beppe pino peppe; gottfried göpf godi; guillaume guy willy;
  hans johann johannes hansi hannes jean john johnny housi hausi; hans-peter hanspeter hampi hape hp; hans-rudolf hansruedi hansruedolf; hans-ulrich hansueli; heinrich heinz heiri heiner henri henry harry;
  helene leni helen helena hélène; hermann hermi; ignaz nazi igi; isabelle isa isabella bella; jacqueline jacky jacqui; jakob köbi jacques jack jacob; james jim jimmy jamie;
  jean-pierre jeanpierre jp; jean-claude jeanclaude jc; johanna hanna hanni joan jeanne; josef joseph sepp seppi jo joe josy; judith judy; jürg jörg jürgen; karl carl charles charly kari charlie carlo;
  katharina käthi kathrin katrin käthe trine kathy catherine; konrad koni conrad; laurent laurenz lorenz lorenzo lenz; leonhard leo leon hardy; liselotte lilo lotti; lukas luc luca lucas luke;
  magdalena magda lena leni; manfred mani fredi; manuela manu ela; marcel marcello; margaret peggy maggie meg; margrit margrith gritli greta margarete margaretha margareta grete rita marguerite;
  maria marie mia mary mitzi marietta; marianne marie-anne nanni; mario marius; markus marc marco mark kusi marcus; martin tinu märtu; martina tina; matthias mathias mats hias matti mathieu matthieu;
  max maximilian maxime; michael michi mike michel mitch miki michele; michaela michi michèle michelle; monika moni monique monica; nathalie nath natalie nati; nicolas nico nicola niklaus klaus nik nikolaus nick chlaus;
  nicole nicki niki; olivier oli oliver; patricia pat patty trix; patrick pat patrik paddy; paul pauli paolo; peter pete pesche pit pitsch piet pierre pietro pesch; petra peti; philipp phil philippe fipu;
  raymond ray raimund; regula regi regina; reinhard reini hardy; richard richi rick dick ricardo riccardo; robert röbi bob rob bobby roberto röbu; roland roli rolli; rosmarie rosa rosi rosemarie rose rosina; rudolf ruedi rolf rudi ruedu;
  samuel sämi sam samy sämu; sebastian sebi basti sebastien seb bastien; silvia silvi sylvia sylvie; simon simi; sophie sofie sofia sophia; stefan stephan stefano stephane steven steve stephen stef steff;
  stefanie steffi stephanie stef; susanna susi susanne suzanne sue suzi sanna; theodor theo teddy; therese theres resi teresa theresia thérèse; thomas tom tommy tomi thömu tomas; ulrich ueli uli ulli;
  urs ursli urseli; ursula ursi uschi urschi ursulina; valentin vali; verena vreni vreneli vera; veronika vroni véronique vero; victor vic viktor; vincent vinz vincenzo; walter walti wali wauti; werner wernu werni; wilhelm willi willy helmi william bill guillaume;
  wolfgang wolf wolfi; yves yvo ivo; yvonne vonne; zacharias zach`;

const GROUPS: ReadonlyMap<string, ReadonlySet<number>> = (() => {
  const groups = new Map<string, Set<number>>();
  for (const [group, names] of CALLED.split(';').entries())
    for (const name of names.trim().split(/\s+/)) {
      const word = wordsOf(name).join('');
      groups.set(word, (groups.get(word) ?? new Set()).add(group));
    }
  return groups;
})();

/** Whether two folded given names are in use for one person. */
export const isNickname = (name: string, other: string): boolean => {
  const groups = GROUPS.get(other);
  return groups !== undefined && [...(GROUPS.get(name) ?? [])].some((group) => groups.has(group));
};
