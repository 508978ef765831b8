"""Read facts out of Chinese statements.

Owns: the Chinese patterns of facts and the third person.
Knows nothing of: what a message states in earnest, other languages.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from .facts import About, Category, Fact
from .statements import Stated
from .told import Told, rule

_KIN: Final = (
    "(?:妈妈|爸爸|母亲|父亲|妈|爸|姐姐|哥哥|弟弟|妹妹|姐|哥|弟|妹|爷爷|奶奶|"
    "外公|外婆|姥姥|姥爷|儿子|女儿|孩子"
    "|叔叔|阿姨|舅舅|姑姑|表哥|表姐|表弟|表妹|堂哥|堂姐|堂弟|堂妹|双胞胎|孙子|"
    "孙女|爹|娘)"
)
_BOND: Final = (
    "(?:老公|老婆|丈夫|妻子|男朋友|女朋友|男友|女友|未婚夫|未婚妻|前任|前男友|"
    "前女友|朋友|闺蜜|兄弟|室友|同事|老板|上司|老师|师父|师傅"
    "|徒弟|师兄|师姐|师弟|师妹|邻居|同学|房东|教练|主人|导师|搭档)"
)
_PET: Final = (
    "(?:猫|狗|猫咪|小猫|小狗|狗狗|兔子|仓鼠|鹦鹉|乌龟|金鱼|鱼|马|鸟|柯基|金毛|"
    "哈士奇|泰迪|橘猫|布偶|蛇|鸡|鸭|刺猬|蜥蜴)"
)
_REL: Final = f"(?:{_KIN}|{_BOND}|{_PET})"
_NUMBER: Final = "[一二两三四五六七八九十百几\\d]+"
_TIME: Final = (
    "(?:今天|明天|后天|大后天|今晚|明晚|昨天|下次|下个?(?:周|星期|礼拜|"
    "月)[一二三四五六日天]?|这个?(?:周|星期|礼拜)[一二三四五六日天末]?|"
    "周[一二三四五六日末]|星期[一二三四五六日天]|礼拜[一二三四五六日天]"
    "|下周末|明年|今年|下学期|暑假|寒假|春节|过年|国庆|\\d{1,2}月\\d{0,2}[号日]"
    "?|[一二三四五六七八九十]+月[一二三四五六七八九十]*[号日]?|\\d{1,2}号|"
    "[一二三四五六七八九十]+号|月底|年底)"
)
_PLANNED: Final = (
    "(?:考试|面试|手术|答辩|比赛|演出|约会|婚礼|体检|开会|会议|搬家|出差|旅行|旅游|"
    "航班|飞机|飞|上班|入职|复查|期末|高考|毕业|驾照|生日|结婚|相亲|聚会|检查|回家|"
    "回老家|去|开学|报到|表演|看牙|看医生|演唱会)"
)
_TRADE: Final = (
    "(?:程序员|医生|护士|老师|律师|工程师|设计师|厨师|司机|警察|消防员|军人|"
    "学生|研究生|大学生|博士生|会计|记者|编辑|作家|画家|歌手|演员|导演|摄影师|"
    "翻译"
    "|导游|空姐|飞行员|农民|工人|木匠|铁匠|裁缝|店员|店长|销售|经理|老板|公务员"
    "|教授|科学家|药剂师|牙医|兽医|理发师|快递员|外卖员|保安|健身教练|教练|猎户"
    "|猎人|大夫|郎中|镖师"
    "|剑客|道士|和尚|书生|掌柜|侍卫|将军|捕快|渔夫|船夫|狐妖|妖怪|刺客|"
    "[\\u4e00-\\u9fff]{1,4}(?:师|员|家|手|生|匠|长|官|工|商|徒弟|弟子|主播|"
    "博主))"
)


_ADV: Final = (
    "(?:现在|已经|其实|也|就|都|还|一直|从小|真的|最|很|超级?|特别|非常|比较|有点|"
    "好|挺|太|可|最近|终于|刚刚?|平时|本来|天生|小时候|以前|曾经|今年|马上|快|确实|"
    "尤其|晚上|总是|经常|老是|常常|这辈子|上个?月|上周|去年|昨天|前年|今天|前天|当年|早就)*"
)
# What follows "我".
_RULES: Final = (
    rule(
        Category.PERSONAL,
        "从来?(?:没有?|不|未)曾?(?P<x>(?:离开|见|去|坐|学|喝|吃|出|杀|骗|输)过?[^，。！]+)",
        "never:{x}",
        0.8,
        value="no",
    ),
    rule(
        Category.PERSONAL,
        "曾经?是(?!想|说|这|那|因为|要)(?P<x>[^，。！]{2,14})(?=$|[，。！])",
        "was:{x}",
        0.8,
    ),
    rule(Category.WORK, f"{_ADV}找到了?(?P<x>[^，。！了]*工作)", "work status", 0.86),
    rule(
        Category.WORK,
        f"{_ADV}(?:大学|本科|研究生|硕士|博士)?(?:时|期间)?(?:学|读|念)的是(?P<x>[^，。！]+)",
        "studied:{x}",
        0.86,
    ),
    rule(
        Category.PERSONAL,
        f"{_ADV}(?:一直|得)?戴(?:着)?(?P<x>眼镜|隐形眼镜|助听器|假牙|假肢|义肢|牙套)",
        "wears:{x}",
        0.86,
    ),
    rule(
        Category.PLAN,
        f"{_TIME}(?:就|要|得)?(?:去|飞|回|到)(?P<x>(?!吃|睡|洗|买)[^，。！]{{2,}})",
        "plan:{x}",
        0.82,
    ),
    rule(
        Category.HEALTH, f"{_ADV}对(?P<x>[^，。！]+?)(?:严重)?过敏", "allergy:{x}", 0.97
    ),
    rule(Category.HEALTH, f"{_ADV}(?P<x>[^，。！]{{1,6}})过敏", "allergy:{x}", 0.92),
    rule(
        Category.HEALTH,
        f"{_ADV}(?:有|得了|患有|患了|查出)(?:严重的|轻度|重度|先天性)?"
        "(?P<x>[^，。！]*?(?:病|症|炎|哮喘|近视|失眠|高血压|癌|贫血|头疼|偏头痛|"
        "抑郁|色盲|心脏病|恐高))",
        "health:{x}",
        0.9,
    ),
    rule(
        Category.HEALTH,
        f"{_ADV}(?:是)?(?P<x>色盲|近视|恐高|怀孕|失眠|怀孕|左耳失聪|乳糖不耐受|"
        "乳糖不耐)(?:了)?",
        "health:{x}",
        0.86,
    ),
    rule(
        Category.HEALTH,
        f"{_ADV}(?:不能|不可以)(?:吃|喝|碰)(?P<x>[^，。！]+)",
        "eats:{x}",
        0.88,
        value="no",
    ),
    rule(
        Category.HEALTH,
        f"{_ADV}戒(?P<x>烟|酒|糖|咖啡|奶茶|赌|游戏)",
        "habit:{x}",
        0.92,
        value="no",
    ),
    rule(
        Category.HEALTH, f"{_ADV}不(?P<x>抽烟|喝酒|吸烟)", "habit:{x}", 0.86, value="no"
    ),
    rule(
        Category.HEALTH,
        f"{_ADV}(?:做过|做了|动过|动了|要做)(?P<x>[^，。！]*手术)",
        "treated:{x}",
        0.88,
    ),
    rule(
        Category.HEALTH,
        f"{_ADV}(?:把|的)?(?P<x>[左右]?[腿手脚臂腕踝]+)(?:摔断|骨折|断|摔骨折)了?",
        "injured:{x}",
        0.86,
    ),
    rule(
        Category.PERSONAL,
        f"{_ADV}(?:害怕|怕|恐惧)(?!你|他|她|什么|的|是|自己|我)(?P<x>[^，。！]+)",
        "fear:{x}",
        0.9,
    ),
    rule(
        Category.PREFERENCE,
        f"{_ADV}(?:吃素|是素食者|是素食主义者)(?P<x>)",
        "diet",
        0.9,
        value="vegetarian",
    ),
    rule(
        Category.PREFERENCE,
        f"{_ADV}(?:不(?:太)?(?:喜欢|爱|吃|喝)|从不?(?:吃|喝)|从来不(?:吃|喝))(?!你|"
        "他|她|这|那)(?P<x>[^，。！]+)",
        "taste:{x}",
        0.88,
        value="dislikes",
    ),
    rule(
        Category.PREFERENCE,
        f"{_ADV}(?:讨厌|恨|受不了|吃不了)(?!你|他|她|这|那|自己)(?P<x>[^，。！]+)",
        "taste:{x}",
        0.88,
        value="dislikes",
    ),
    rule(
        Category.PREFERENCE,
        f"{_ADV}(?:喜欢|爱|热爱|痴迷|迷上了|偏爱|沉迷)(?!你|他|她|这|那|上你|着你)"
        "(?P<x>[^，。！]+)",
        "taste:{x}",
        0.86,
        value="likes",
    ),
    rule(
        Category.PREFERENCE,
        f"{_ADV}(?:只(?:吃|喝|听|看))(?P<x>[^，。！]+)",
        "only:{x}",
        0.85,
    ),
    rule(
        Category.PLACE,
        f"{_ADV}(?:住在|定居在|搬到了?|搬去了?|搬来了?|搬进了?)(?P<x>[^，。！了]+)",
        "lives",
        0.92,
    ),
    rule(
        Category.PLACE,
        f"{_ADV}在(?P<x>[^，。！]{{1,12}}?)(?:住|生活|定居)",
        "lives",
        0.9,
    ),
    rule(
        Category.PLACE,
        f"{_ADV}(?:是)?在(?P<x>[^，。！]{{1,12}}?)(?:出生|长大)",
        "grew up",
        0.92,
    ),
    rule(
        Category.PLACE,
        f"{_ADV}(?:来自|出生在|生在|出生于|老家在|家在|老家是)(?P<x>[^，。！]+)",
        "from",
        0.9,
    ),
    rule(
        Category.PLACE,
        f"{_ADV}是(?P<x>(?!坏|好|男|女|个|什么|怎样|普通|大|老|机器|"
        f"成年)[\\u4e00-\\u9fff]{{2,5}})人(?=$|[，。！])",
        "from",
        0.86,
    ),
    rule(
        Category.WORK,
        f"{_ADV}(?:是|当|做)(?:一名|一个|个|一位|名|了)?(?P<x>[^，。！]{{0,8}}?"
        f"{_TRADE})(?=$|[，。！了])",
        "work",
        0.9,
    ),
    rule(
        Category.WORK,
        f"{_ADV}(?:当|做)(?:过|了[^，。！]{{1,4}}年)(?:的)?"
        f"(?P<x>[^，。！]{{0,6}}?{_TRADE})",
        "worked:{x}",
        0.86,
    ),
    rule(
        Category.WORK,
        f"{_ADV}在(?P<x>[^，。！]{{2,16}}?)(?:工作|上班|当[^，。！]+|做[^，。！]+|"
        "教书|教[^，。！]+|实习|打工)",
        "work",
        0.88,
    ),
    rule(
        Category.WORK,
        f"{_ADV}(?:自己)?(?:开了?|经营着?)(?:一?[家间个])(?P<x>[^，。！]*?(?:店|"
        "公司|餐厅|馆|工作室|厂|客栈|铺子?|吧|诊所))",
        "business",
        0.9,
    ),
    rule(
        Category.WORK,
        f"{_ADV}(?P<x>辞职|退休|失业|升职|被开除|被裁|跳槽|被解雇|入职)了?",
        "work status",
        0.9,
    ),
    rule(
        Category.WORK,
        f"{_ADV}(?:在(?P<y>[^，。！]{{2,10}}?))?(?:读|学|念|主修)"
        f"(?P<x>[^，。！到书]{{2,10}}(?:专业|系|博士|研究生|硕士|大[一二三四]|"
        "高[一二三]|初[一二三]|学)?)(?=$|[，。！])",
        "studies",
        0.8,
    ),
    rule(
        Category.RELATIONSHIP,
        f"{_ADV}(?P<x>结婚|离婚|订婚|单身|已婚|未婚|分手|恋爱|脱单)(?:了|$|，|"
        "[一二两三四五六七八九十几]+年)",
        "marriage",
        0.88,
    ),
    rule(
        Category.RELATIONSHIP,
        f"{_ADV}[和跟](?P<x>[^，。！]{{1,6}}?)(?:已经|昨天|上周|刚刚?|正式|终于)?分手",
        "partner",
        0.92,
        ended=True,
    ),
    rule(
        Category.RELATIONSHIP,
        f"{_ADV}[和跟](?!你)(?P<x>[^，。！]{{1,6}}?)(?:已经|昨天|上周|刚刚?|正式|"
        "终于|要|快要)?(?:在一起|结婚|订婚|复合|离婚|谈恋爱)",
        "partner",
        0.92,
    ),
    rule(
        Category.FAMILY,
        f"{_ADV}(?:有|生了)(?:{_NUMBER}?[个位对])?(?P<x>(?:双胞胎)?{_KIN})",
        "has:{x}",
        0.9,
    ),
    rule(
        Category.FAMILY,
        f"{_ADV}是(?P<x>独生子女|独生女|独生子|孤儿|老大|老二|老幺|双胞胎)",
        "birth order",
        0.9,
    ),
    rule(
        Category.FAMILY,
        f"{_ADV}(?:当|做)(?P<x>[^，。！]?[爸妈]|[^，。！]?爸爸|妈妈|爷爷|奶奶|叔叔|"
        "阿姨)了",
        "is a:{x}",
        0.86,
    ),
    rule(
        Category.PET,
        f"{_ADV}(?:养了?|有|领养了?|捡了?|买了?)(?:{_NUMBER}?[只条匹头个])"
        f"(?P<x>[^，。！叫]{{0,4}}?{_PET})",
        "pet:{x}",
        0.9,
    ),
    rule(
        Category.RELATIONSHIP,
        f"{_ADV}(?:有|交了?)(?:一?个)?(?P<x>{_BOND})",
        "has:{x}",
        0.86,
    ),
    rule(
        Category.DATE,
        "(?:的)?(?P<w>生日)(?:就)?(?:是|在)(?P<x>[^，。！]+)",
        "birthday",
        0.93,
    ),
    rule(
        Category.DATE, f"{_ADV}(?P<x>\\d{{4}}年[^，。！]*)(?:出生|生)", "born on", 0.9
    ),
    rule(Category.PERSONAL, f"{_ADV}(?P<x>[\\d一二三四五六七八九十百]+)岁", "age", 0.9),
    rule(
        Category.PERSONAL,
        f"{_ADV}(?:叫|名叫|的名字是|名字叫)(?!你|他|她)(?P<x>[^，。！]{{1,6}})$",
        "name",
        0.82,
    ),
    rule(
        Category.PERSONAL,
        f"{_ADV}(?:不会|没学过)(?P<x>游泳|开车|做饭|骑车|唱歌|跳舞|写字|认字|识字|"
        "骑马|骑自行车|说[^，。！]+)",
        "can:{x}",
        0.86,
        value="no",
    ),
    rule(
        Category.PERSONAL,
        f"{_ADV}(?:会|在学|学了?[^，。！]{{0,4}}|能|精通|练)(?P<x>游泳|弹[^，。！]+"
        f"|吹[^，。！]+|拉[^，。！]+|说[^，。！]*[语话]|[^，。！]{{1,2}}语|"
        f"[^，。！]{{0,2}}琴|吉他|画画|跳舞|武术|书法|太极|做饭|唱[^，。！]{{1,4}}|"
        "下棋|开车)",
        "can:{x}",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        f"{_ADV}是(?P<x>左撇子|双性恋|同性恋|基督徒|佛教徒|回民|回族|"
        f"[^，。！]{{1,3}}座|夜猫子|[^，。！]{{1,3}}族|混血)",
        "is:{x}",
        0.88,
    ),
    rule(
        Category.PERSONAL,
        f"{_ADV}(?:每天|每周|每个?月|天天|每年|每晚|每个?周末)(?:都)?"
        f"(?P<x>[^，。！]{{2,}})",
        "habit:{x}",
        0.78,
    ),
    rule(Category.PERSONAL, f"{_ADV}(?:收集|收藏)(?P<x>[^，。！]+)", "does:{x}", 0.82),
    rule(
        Category.PERSONAL,
        f"{_ADV}(?:考上了?|考过了?|毕业于)(?P<x>[^，。！]+)|{_ADV}(?P<y>毕业|退学)了",
        "studied:{x}",
        0.86,
    ),
    rule(
        Category.ROLE,
        "(?:来)?(?:演|扮演|扮)(?:一个|一名|一位|个)?(?P<x>[^，。！]+)",
        "role",
        0.88,
    ),
    rule(
        Category.PROMISE,
        "(?:答应|保证|发誓|向你保证)(?:过)?(?:你)?[，：]?(?P<x>.+)",
        "promise:{x}",
        0.86,
    ),
    rule(
        Category.PROMISE,
        f"(?:{_TIME}|等[^，。！]*|以后)?(?:一定|会|再|就)*(?:给你|带你|教你|陪你|"
        "替你)(?P<x>[^，。！]+)",
        "promise:{x}",
        0.74,
    ),
    rule(
        Category.PLAN,
        f"(?:{_TIME})?(?:要|得|有|打算|准备|约了|会|就要)(?:{_TIME})?"
        f"(?:一?[个场次])?(?P<x>[^，。！]*?{_PLANNED}[^，。！]*)",
        "plan:{x}",
        0.86,
    ),
    rule(
        Category.PLAN,
        "(?:打算|准备|计划|报名了?|决定)(?!好)(?P<x>[^，。！]{2,})",
        "plan:{x}",
        0.76,
    ),
    rule(
        Category.POSSESSION,
        "(?:买了|有)(?:一?[辆套台栋把块架间座])(?P<x>[^，。！]+)",
        "owns:{x}",
        0.84,
    ),
)
_MINE: Final = re.compile(
    f"(?:我|咱|我们)?(?:的|家的?)?(?P<rel>{_REL})(?:的名字)?(?:是)?(?:名?叫|叫做)"
    f"(?P<name>[^，。！的]{{1,5}})"
)
_KIN_TELLS: Final = re.compile(
    f"^(?:我|咱|我们)(?:的|家的?)?(?P<rel>{_REL})(?!也?(?:说|觉得|以为|问|要我|让我"
    "|总说|老说|常说))(?P<rest>(?:今年|是|在|有|住|去|喜欢|讨厌|病|死|去世|怀孕|"
    "结婚|离婚|做|当|最|很|从|刚|对|怕|不|会|养|搬|昨天|也|已|把|教|生|开|卖|种|退休"
    "|以前|曾|特别|姓|得了)[^。！]*)$"
)
_CALL_ME: Final = re.compile(
    "^(?:你?可以|就)?叫我(?P<x>[^，。！]{1,6}?)(?:就好|就行|吧|就可以了?)?$"
)
_PROMISES: Final = re.compile("(?:答应|保证|发誓|向你保证)(?:过)?(?:你)?[，,：:]")
_EACH_CALLED: Final = re.compile(
    "(?:一[只条个位]|(?:它|他|她)?(?:的名字)?)(?:名?叫|叫做)(?P<name>[^，。！]{1,5})"
)
_ZH_TIME_FIRST: Final = re.compile(
    f"^(?P<when>{_TIME}|上个?月|上周|去年|前年|小时候|以前|最近)(?:的?时候)?(?P<i>我|咱)"
)
_OTHER_FIRST: Final = re.compile(
    "^(?:这次|今天|那|其实|对了|现在|那么|所以|因为|而且|不过|但是?|哈哈+|嗯+|啊+|"
    "唉+|说起来|告诉你|跟你说|记住|别忘了|话说|另外|顺便说一下|老实说|说实话)[，,、"
    "]?"
)
_ANSWERS: Final = (
    (re.compile("做什么工作|什么工作|干什么的|做什么的|职业"), "我是{}"),
    (re.compile("住在?哪|住哪"), "我住在{}"),
    (re.compile("哪里人|哪儿人|来自哪|老家"), "我来自{}"),
    (re.compile("多大|几岁|年龄"), "我{}"),
    (re.compile("过敏"), "我对{}过敏"),
    (re.compile("怕什么|害怕什么"), "我怕{}"),
    (re.compile("生日"), "我生日是{}"),
    (re.compile("宠物|兄弟姐妹|孩子"), "我有{}"),
    (re.compile("喜欢(?:吃|喝|看|听)?什么"), "我喜欢{}"),
)
_NO: Final = re.compile("(?:^|^现在|^已经|^其实|^也)(?:不是|没有?|不|别|从没|从来没)")


class ChineseReader:
    """Reads the statements of one message, in order."""

    def __init__(self, speaker: str, other: str, *, user: bool) -> None:
        """Take the names of who speaks and to whom."""
        self._speaker = speaker
        self._other = other
        self._about: About = "user" if user else "character"
        self._rel = ""
        self._mine = False
        self._found: list[Fact] = []

    def read(self, said: list[Stated], before: str) -> list[Fact]:
        """Return the facts of a message; see `EnglishReader.read`."""
        for statement in said:
            clauses = [
                one
                for one in re.split(
                    "[，,；;。！!…~～]+", _PROMISES.sub("答应你", statement.text)
                )
                if one.strip()
            ]
            for at, clause in enumerate(clauses):
                if found := _EACH_CALLED.match(clause):
                    self._name_last(found["name"])
                text = _OTHER_FIRST.sub("", clause.strip()) or clause
                if statement.first and at == 0 and "我" not in text:
                    text = _answered(text, before) or text
                self._clause(text, statement.earnest)
        return self._found

    def _clause(self, text: str, earnest: float) -> None:
        if len(text) > 60 or re.match("你|您|他|她|它们?|谁|怎么|为什么", text):
            self._names(text, earnest)
            return
        when = ""
        if found := _ZH_TIME_FIRST.match(text):
            when, text = found["when"], text[found.start("i") :]
        if found := _CALL_ME.match(text):
            told = Told(Category.PERSONAL, "name", found["x"], 0.82)
            self._add(f"{self._speaker}叫{found['x']}", told, earnest)
            return
        if found := _MINE.match(text):
            self._is_named(found["rel"], found["name"], earnest)
            self._mine = True
            return
        if found := _KIN_TELLS.match(text):
            self._rel = found["rel"]
            self._of_kin(found["rel"], found["rest"], earnest)
            return
        body = text.removeprefix("我们").removeprefix("我").removeprefix("咱")
        own = body != text
        if own or self._mine:
            self._of_self(body, when, earnest * (1.0 if own else 0.92))
        self._names(text, earnest)
        self._mine = own or self._mine

    def _of_self(self, body: str, when: str, earnest: float) -> None:
        told = _told_by(f"{when}{body}") or (_told_by(body) if when else None)
        if told is None:
            return
        line = f"{self._speaker}{when}{_third(body, self._speaker, self._other)}"
        self._add(line, told, earnest)
        if told.category in (Category.PET, Category.FAMILY, Category.RELATIONSHIP):
            self._rel = next(iter(re.findall(_REL, body)), "")

    def _of_kin(self, rel: str, rest: str, earnest: float) -> None:
        who = f"{self._speaker}的{rel}"
        told = _told_by(rest) or Told(Category.FAMILY, f"is:{rest[:6]}", rest[:8], 0.74)
        if _NO.match(rest) and told.value not in ("no", "dislikes"):
            return
        self._add(
            f"{who}{_third(rest, self._speaker, self._other)}", told, earnest, who
        )
        self._names(rest, earnest)

    def _names(self, text: str, earnest: float) -> None:
        for found in _EACH_CALLED.finditer(text):
            if self._rel:
                self._is_named(self._rel, found["name"], earnest)

    def _name_last(self, name: str) -> None:
        """Add a name to what was told last: "two cats, one called Doudou"."""
        if self._found and self._found[-1].category is Category.PET and self._rel:
            at = max(
                n
                for n, one in enumerate(self._found)
                if one.slot == f"pet:{self._rel}" or one.text.startswith(self._speaker)
            )
            whole = self._found[at].text.rstrip("。")
            joined = f"{whole}和{name}。" if "叫" in whole else f"{whole}，叫{name}。"
            self._found[at] = replace(self._found[at], text=joined)

    def _is_named(self, rel: str, name: str, earnest: float) -> None:
        if re.match("我|你|他|她|什么|人|爸|妈|救|得|不|喊", name):
            return
        slot = f"pet:{name}" if re.fullmatch(_PET, rel) else f"knows:{name}"
        category = (
            Category.PET
            if re.fullmatch(_PET, rel)
            else Category.FAMILY
            if re.fullmatch(_KIN, rel)
            else Category.RELATIONSHIP
        )
        if re.fullmatch(
            "老公|老婆|丈夫|妻子|男朋友|女朋友|男友|女友|未婚夫|未婚妻", rel
        ):
            self._add(
                f"{name}是{self._speaker}的{rel}",
                Told(category, "partner", name, 0.92),
                earnest,
            )
        else:
            self._add(
                f"{name}是{self._speaker}的{rel}",
                Told(category, slot, rel, 0.92),
                earnest,
            )
        self._rel = rel

    def _add(self, text: str, told: Told, earnest: float, subject: str = "") -> None:
        line = re.sub("[了吧呢啊呀嘛哦]*[\\s，。！]*$", "", text) + "。"
        if any(known.text == line for known in self._found):
            return
        self._found.append(
            Fact(
                text=line,
                about="other" if subject else self._about,
                subject=subject or self._speaker,
                category=told.category,
                slot=told.slot,
                value=told.value,
                confidence=round(min(1.0, told.confidence * earnest), 3),
                ended=told.ended,
                when=next(iter(re.findall(_TIME, text)), ""),
            )
        )


def _told_by(body: str) -> Told | None:
    for one in _RULES:
        if found := one.pattern.match(body):
            groups = found.groupdict()
            x = (groups.get("x") or groups.get("y") or "").strip("的了 ")[:10]
            if _NO.match(body) and one.value not in ("no", "dislikes"):
                return None
            ended = one.ended or "不再" in body
            return Told(
                one.category,
                one.slot.format(x=x),
                one.value or x,
                one.confidence,
                ended,
            )
    return None


def _third(text: str, speaker: str, other: str) -> str:
    return text.replace("我们", speaker).replace("我", speaker).replace("你", other)


def _answered(text: str, before: str) -> str:
    if not re.search("[?？]", before) or re.match("不|没|你|是的|对|嗯|有$", text):
        return ""
    for pattern, lead in _ANSWERS:
        if pattern.search(before):
            return lead.format(text.removeprefix("有") if lead == "我有{}" else text)
    return ""
