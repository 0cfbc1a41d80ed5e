adc DWORD PTR [ebp-0x35fc],0xffffffff
adc DWORD PTR [ebp-0x6d4],0x0
adc DWORD PTR [ebx+0x184],0x0
adc DWORD PTR [ebx+0x184],0xffffffff
adc DWORD PTR [ebx+0x4],0x0
adc DWORD PTR [esi+0x14],edx
adc DWORD PTR [esp+0x1c],0x0
adc DWORD PTR [esp+0xac],0xffffffff
adc DWORD PTR [esp+0xc],ebp
adc eax,0x0
adc eax,0xffffffff
adc eax,DWORD PTR [edx+0x4]
adc eax,DWORD PTR [edx]
adc edi,ebx
adc edx,DWORD PTR [ebp-0x366c]
add BYTE PTR [eax],al
add DWORD PTR [eax-0x4],0x1
add DWORD PTR [ebp+edi*8-0x21c],0x1
add DWORD PTR [ebp-0x3600],0xffffffe0
add DWORD PTR [ebx+0x180],0x180
add DWORD PTR [edi+ecx*4],eax
add DWORD PTR [esi+0x1d0],edi
add DWORD PTR [esp+0x1fc],eax
add DWORD PTR [esp],0x1
add WORD PTR [edx+eax*2],0x1
add ax,WORD PTR [esp+0x20]
add eax,DWORD PTR [eax+ecx*4+0x20c]
add eax,DWORD PTR [ecx+ebp*4-0x4]
add eax,DWORD PTR [esp]
add ecx,DWORD PTR [eax]
and BYTE PTR [eax+0xc],0xfe
and BYTE PTR [esp+0x23],al
and DWORD PTR [eax+ebx*4],0xfffffeff
and DWORD PTR [ecx],0xfffffff8
and DWORD PTR [edx+ebx*4],eax
and DWORD PTR [esi+0x48],0x23dcffdf
and DWORD PTR [esp+0x2c],0xfffffffe
and bl,BYTE PTR [ebp-0x8b1]
and bl,cl
and dl,BYTE PTR [ebp-0x6c]
and eax,DWORD PTR [ecx-0x4]
and eax,DWORD PTR [esp+0x8]
and eax,ecx
and edx,0xfffffffe
and edx,DWORD PTR [eax]
bsf eax,DWORD PTR [esp+0x4]
bsf eax,eax
bsr eax,DWORD PTR [edx]
bsr eax,DWORD PTR [esp+eax*4+0x2a0]
bsr eax,DWORD PTR [esp+esi*4+0xc4]
bsr eax,esi
bsr ebx,DWORD PTR [eax+edi*1]
bsr ebx,DWORD PTR [ebp+eax*4-0x1b00]
bsr ebx,DWORD PTR [edx+eax*4-0x4]
bsr ecx,DWORD PTR [esp+0x18]
bswap ecx
bt edx,eax
call DWORD PTR [eax+0x228]
call DWORD PTR [eax+ecx*4]
call DWORD PTR [ebp+0x0]
call DWORD PTR [ebp-0x38]
call DWORD PTR [ebx]
call DWORD PTR [esi+ebx*4-0x4]
call DWORD PTR [esi+edi*4+0x0]
call DWORD PTR [esp+0x40]
cdq
cld
cmova eax,DWORD PTR [ebp+0x10]
cmova ecx,DWORD PTR [esp+0x1c4]
cmova edi,eax
cmovae eax,DWORD PTR [esp+0x10]
cmovae ecx,ebp
cmovb eax,DWORD PTR [esp+0x40]
cmovb ebx,eax
cmovbe eax,DWORD PTR [esp+0x18]
cmovbe eax,ebx
cmovbe ecx,DWORD PTR [ebp-0x24c]
cmove eax,DWORD PTR [ebp+0xc]
cmove eax,DWORD PTR [ebp-0x5e8]
cmove eax,DWORD PTR [esp+0x10]
cmove edi,eax
cmove esi,DWORD PTR [ebp-0x64]
cmove esi,DWORD PTR [esp+0x494]
cmovg ecx,edx
cmovg edx,DWORD PTR [esp+0x48c]
cmovg esi,DWORD PTR [ebp-0x590]
cmovge eax,edx
cmovge edi,DWORD PTR [esp+0x44]
cmovl eax,DWORD PTR [ebp-0x361c]
cmovl eax,DWORD PTR [esp+0x1f4]
cmovl ebx,DWORD PTR [esp]
cmovl edi,DWORD PTR [esp+0x8]
cmovl esi,eax
cmovle eax,DWORD PTR [esp+0x38]
cmovle eax,edx
cmovne eax,DWORD PTR [ebp-0x3660]
cmovne eax,DWORD PTR [ebp-0x40]
cmovne eax,DWORD PTR [esp+0x20]
cmovne eax,DWORD PTR [esp+0x8b4]
cmovne ebx,edx
cmovne esi,DWORD PTR [ebp+0xc]
cmovns ebx,edx
cmovns edx,DWORD PTR [esp+0x20]
cmovs eax,edx
cmp BYTE PTR [eax+0x1],bl
cmp BYTE PTR [ebp-0x39],0x0
cmp BYTE PTR [esi],0x2f
cmp BYTE PTR gs:0x0,0x0
cmp DWORD PTR [eax-0x154],esi
cmp DWORD PTR [ebp+edx*4+0x0],0xffffffff
cmp DWORD PTR [ebx+eax*4+0x480],0x5
cmp DWORD PTR [edi],0xf
cmp DWORD PTR [esp+0x18],edx
cmp DWORD PTR gs:0x8,esi
cmp WORD PTR [eax+0x4],0x0
cmp WORD PTR [esp+0x15e],0x1
cmp bl,BYTE PTR [esi]
cmp eax,0x80000005
cmp ecx,DWORD PTR [ebx+edi*4+0x640]
cpuid
cwde
dec eax
div DWORD PTR [ebp-0x3634]
div DWORD PTR [ebp-0xd8]
div DWORD PTR [ecx+0x8]
div DWORD PTR [esp+0x178]
div DWORD PTR [esp+0x28]
div DWORD PTR [esp]
div ecx
fabs
fadd DWORD PTR [eax+0x0]
fadd st,st(0)
fchs
fcmove st,st(1)
fcomi st,st(1)
fcomi st,st(3)
fcomip st,st(1)
fcomip st,st(2)
fdiv st,st(1)
fdivp st(1),st
fild DWORD PTR [esp+0x10]
fild DWORD PTR [esp]
fild QWORD PTR [esp+0x10]
fild QWORD PTR [esp]
fistp DWORD PTR [esp]
fld DWORD PTR [ebx+0x0]
fld DWORD PTR [esp+0x14c]
fld DWORD PTR [esp+0x8]
fld DWORD PTR [esp]
fld QWORD PTR [eax]
fld QWORD PTR [ebx+0x0]
fld QWORD PTR [esp+0x14c]
fld QWORD PTR [esp+0xc]
fld QWORD PTR [esp]
fld TBYTE PTR [eax]
fld TBYTE PTR [ebx+0x0]
fld TBYTE PTR [esp+0x14c]
fld TBYTE PTR [esp+0x40]
fld TBYTE PTR [esp]
fld st(0)
fld1
fldcw WORD PTR [esp+0x6]
fldenv [ecx]
fldz
fmul DWORD PTR [edi+0x0]
fmul QWORD PTR [edx+0x0]
fmul st(1),st
fmul st,st(0)
fmul st,st(1)
fmul st,st(2)
fmulp st(1),st
fnstcw WORD PTR [ebp-0x5e]
fnstcw WORD PTR [esp+0x6]
fnstenv [ecx]
fnstsw ax
fscale
fst QWORD PTR [ebp-0x78]
fst QWORD PTR [esp+0x8]
fst QWORD PTR [esp]
fstp DWORD PTR [eax]
fstp DWORD PTR [esp+0x4]
fstp DWORD PTR [esp]
fstp QWORD PTR [eax]
fstp QWORD PTR [edi+eax*8]
fstp QWORD PTR [esp+0x8]
fstp QWORD PTR [esp]
fstp TBYTE PTR [ebp-0x78]
fstp TBYTE PTR [edi]
fstp TBYTE PTR [esp+0x20]
fstp TBYTE PTR [esp]
fstp st(0)
fstp st(1)
fstp st(2)
fstp st(3)
fsub DWORD PTR [ebx+0x0]
fsub QWORD PTR [esp+0x8]
fsubp st(1),st
fsubr DWORD PTR [esp+0x8]
fucomi st,st(0)
fucomi st,st(1)
fucomip st,st(0)
fucomip st,st(1)
fwait
fxam
fxch st(1)
fxch st(2)
fxch st(3)
hlt
idiv DWORD PTR [esi+0xc]
idiv DWORD PTR [esp+0xc]
idiv ebp
imul DWORD PTR [esp+0x2c]
imul eax,DWORD PTR [ebp-0x4c],0x9c
imul eax,DWORD PTR [ecx],0x2c
imul eax,DWORD PTR [edi]
imul eax,DWORD PTR [edx+0xc],0x3c
imul eax,DWORD PTR [esp+0x284],0x58
imul eax,DWORD PTR [esp],0x68
imul eax,ecx,0x3c
imul eax,edx
imul ebx,DWORD PTR [eax+edx*4]
imul ecx
imul ecx,DWORD PTR [eax+0x8],0x3e8
imul ecx,DWORD PTR [eax+edx*1+0x30],0x1fe0
imul edi,DWORD PTR [eax+0x54]
imul edi,DWORD PTR [esp+0x48]
inc DWORD PTR [ebp+0x8]
inc eax
int 0x80
jmp DWORD PTR [eax]
jmp DWORD PTR [ebx+eax*4+0x0]
jmp DWORD PTR [ecx+eax*4]
jmp DWORD PTR [edx+eax*4+0x280]
ldmxcsr DWORD PTR [esp+0x8]
lea eax,[eax+esi*1+0x3fffffff]
lea eax,[ebp*4+0x190]
lea eax,[ebp-0x20]
lea eax,[ecx*4+0x0]
lea eax,[edx*4-0x4]
lea eax,[edx+edx*1]
lea eax,[edx]
lea eax,[esp+0x20]
lea eax,[esp+0x364]
lea eax,[esp+edx*1+0x187c]
lea ebp,[eax+edi*1-0x4c0]
lea ebp,[ebx-0x4c0]
lea ebp,[edi+0x140]
lea ebp,[edi-0xb7]
lea ebx,[esi+0x0]
leave
lfence
lock add DWORD PTR [eax+0x26c],0x1
lock add DWORD PTR [ebp+0x4],0x1
lock add DWORD PTR [ebx+0x50],eax
lock add DWORD PTR [ebx],0x2
lock add DWORD PTR [ebx],eax
lock add DWORD PTR [edi+esi*1+0x10],0x2
lock add DWORD PTR [esi+0x4],0xffffffff
lock and DWORD PTR [ebp+0x0],0xbfffffff
lock and DWORD PTR [ebx],0xfffffffe
lock bts DWORD PTR [esi+0x80],0x5
lock cmpxchg DWORD PTR [ebx+0x0],edx
lock cmpxchg DWORD PTR [ebx],edx
lock cmpxchg DWORD PTR [edx+0x218],edx
lock cmpxchg DWORD PTR [edx+ecx*1],ebx
lock cmpxchg DWORD PTR [esp+0x4],edx
mov BYTE PTR [eax+0x2],0x0
mov BYTE PTR [ebx+esi*1],cl
mov BYTE PTR [esp+0x102],dl
mov DWORD PTR [eax+0x0],ebx
mov DWORD PTR [ebp+esi*4+0x438],ebx
mov DWORD PTR [ecx+eax*1-0x4],0x30303030
mov DWORD PTR [esi+0x0],0x0
mov DWORD PTR [esp+eax*4+0x2a0],0x0
mov DWORD PTR gs:0x4ac,edx
mov WORD PTR [eax],dx
mov WORD PTR [esp+0x44b],ax
mov dh,dl
mov eax,DWORD PTR [ebp-0x1bc]
mov eax,ds:0x0
mov edx,DWORD PTR [ecx+edx*4]
movaps XMMWORD PTR [edx+0x10],xmm0
movaps XMMWORD PTR [edx+esi*1],xmm2
movaps XMMWORD PTR [edx-0x40],xmm4
movaps XMMWORD PTR [edx],xmm2
movaps xmm1,XMMWORD PTR [eax-0x1]
movaps xmm1,XMMWORD PTR [eax]
movaps xmm2,XMMWORD PTR [eax+0xf]
movaps xmm3,XMMWORD PTR [ecx+esi*1+0x10]
movaps xmm7,xmm5
movd eax,xmm0
movd xmm0,eax
movd xmm1,DWORD PTR [esp+0xc]
movdqa XMMWORD PTR [edx+0x10],xmm0
movdqa XMMWORD PTR [edx+edi*1+0x10],xmm1
movdqa XMMWORD PTR [edx+edi*1-0x20],xmm2
movdqa XMMWORD PTR [edx+edi*1],xmm0
movdqa XMMWORD PTR [edx-0x70],xmm0
movdqa XMMWORD PTR [edx],xmm0
movdqa xmm0,XMMWORD PTR [eax+edi*1]
movdqa xmm0,XMMWORD PTR [eax-0x28]
movdqa xmm0,XMMWORD PTR [eax]
movdqa xmm1,XMMWORD PTR [eax+0x10]
movdqa xmm1,XMMWORD PTR [eax+edi*1+0x10]
movdqa xmm4,xmm3
movdqu XMMWORD PTR [edi+0x10],xmm5
movdqu XMMWORD PTR [edi-0x1],xmm0
movdqu XMMWORD PTR [edx+ebx*1],xmm2
movdqu XMMWORD PTR [edx+ecx*1-0x10],xmm1
movdqu XMMWORD PTR [edx-0x10],xmm0
movdqu XMMWORD PTR [edx],xmm0
movdqu XMMWORD PTR [esp],xmm0
movdqu xmm0,XMMWORD PTR [eax]
movdqu xmm0,XMMWORD PTR [esp]
movdqu xmm1,XMMWORD PTR [eax+0x10]
movdqu xmm1,XMMWORD PTR [eax+ecx*1-0x10]
movdqu xmm1,XMMWORD PTR [eax-0x31]
movdqu xmm1,XMMWORD PTR [ebx+eax*1+0x10]
movdqu xmm2,XMMWORD PTR [esi+edx*1]
movhpd xmm1,QWORD PTR [eax+0x8]
movlpd QWORD PTR [edx+0x8],xmm1
movlpd QWORD PTR [edx-0x1],xmm0
movlpd QWORD PTR [edx],xmm1
movlpd xmm0,QWORD PTR [ecx-0x1]
movlpd xmm1,QWORD PTR [eax]
movlpd xmm1,QWORD PTR [ecx+0x8]
movntdq XMMWORD PTR [ecx-0x40],xmm0
movntdq XMMWORD PTR [edx+0x10],xmm0
movntdq XMMWORD PTR [edx],xmm0
movq QWORD PTR [edx+0x24],xmm0
movq QWORD PTR [edx+ecx*1-0x8],xmm1
movq QWORD PTR [edx-0x8],xmm0
movq QWORD PTR [edx],xmm0
movq xmm0,QWORD PTR [eax+0x24]
movq xmm0,QWORD PTR [eax-0x2c]
movq xmm0,QWORD PTR [eax]
movq xmm1,QWORD PTR [eax+ecx*1-0x8]
movs BYTE PTR es:[edi],BYTE PTR ds:[esi]
movs DWORD PTR es:[edi],DWORD PTR ds:[esi]
movs WORD PTR es:[edi],WORD PTR ds:[esi]
movsx eax,BYTE PTR [eax+edi*4+0x5]
movsx eax,BYTE PTR [ebp-0x1]
movsx eax,BYTE PTR [edx+eax*1]
movsx eax,BYTE PTR [esp+0x61]
movsx eax,WORD PTR [eax]
movsx eax,WORD PTR [esi+0x14]
movsx eax,dx
movsx ebx,BYTE PTR [ebp-0x3674]
movsx ecx,BYTE PTR [esi+eax*1-0x1]
movsx ecx,dl
movsx edx,BYTE PTR [ebx+0x1]
movsx edx,BYTE PTR [ecx-0x1]
movsx edx,BYTE PTR [edx+eax*1+0x2e0]
movsx edx,BYTE PTR [esi]
movsx edx,WORD PTR [ebx+eax*4+0x0]
movzx eax,BYTE PTR [ebp-0x2c]
movzx eax,BYTE PTR [esp+0x8b0]
movzx eax,BYTE PTR ds:0x0
movzx eax,WORD PTR [ebp-0x62]
movzx eax,WORD PTR [esi]
movzx eax,WORD PTR [esp+0x36]
movzx eax,cl
movzx ebx,BYTE PTR [edi+edx*1-0x2]
movzx ecx,BYTE PTR [ebp-0x1ac]
movzx ecx,BYTE PTR [esp+eax*1+0x2c]
movzx ecx,WORD PTR [ebp-0x500]
movzx edx,BYTE PTR [eax-0x1]
movzx edx,BYTE PTR [ecx+edi*1+0x59b]
movzx edx,BYTE PTR [esi]
movzx edx,WORD PTR [eax-0x2]
mul DWORD PTR [ebp-0x36a8]
mul DWORD PTR [ecx+0x9c]
mul DWORD PTR [esp+0x80]
mul dl
mul esi
neg DWORD PTR [ebp-0x874]
neg DWORD PTR [ebp-0xe8]
neg DWORD PTR [esp+0x18]
neg DWORD PTR [esp]
neg cl
neg eax
nop
not DWORD PTR [eax]
not eax
or BYTE PTR [ebp-0x598],al
or BYTE PTR [esi+0xd],0x8
or DWORD PTR [eax],ecx
or DWORD PTR [ebp-0x5c8],0x2000
or DWORD PTR [ebp-0xec],eax
or DWORD PTR [esi+0x128],eax
or DWORD PTR [esi+0x2c],0x4000000
or DWORD PTR [esi+edi*1+0x4],0x1
or DWORD PTR [esp+0x180],ebx
or DWORD PTR [esp+0xcc],eax
or WORD PTR [eax+0x3c],0x1
or WORD PTR [esp+0x48],0x410
or ax,WORD PTR [esp+0x24]
or di,WORD PTR [ebp+esi*1+0x5]
or eax,0x2
out dx,al
palignr xmm1,XMMWORD PTR [esi],0x1
palignr xmm3,XMMWORD PTR [esi+0x10],0x1
palignr xmm5,xmm4,0x1
pand xmm2,xmm1
pand xmm5,XMMWORD PTR [ebx+0x0]
pause
pcmpeqb xmm0,xmm1
pcmpeqb xmm1,XMMWORD PTR [edx+ecx*1]
pcmpeqb xmm1,XMMWORD PTR [edx]
pcmpeqb xmm2,XMMWORD PTR [edi+0x10]
pcmpeqb xmm3,XMMWORD PTR [eax-0x40]
pcmpeqd xmm0,XMMWORD PTR [edi]
pcmpeqd xmm0,xmm1
pcmpeqd xmm2,XMMWORD PTR [edi+0x10]
pcmpeqd xmm3,XMMWORD PTR [eax-0x40]
pcmpgtb xmm5,XMMWORD PTR [ebx+0x0]
pcmpgtb xmm6,xmm1
pcmpistri xmm1,xmm2,0x1a
pcmpistri xmm4,XMMWORD PTR [eax],0x2
pmaxub xmm3,xmm0
pminub xmm2,xmm5
pmovmskb ecx,xmm1
pop ebx
por xmm1,xmm5
prefetchnta BYTE PTR [eax+0x1c0]
prefetcht0 BYTE PTR [eax+0x80]
prefetcht0 BYTE PTR [eax-0x80]
prefetcht0 BYTE PTR [ebx+eax*1+0x80]
prefetcht0 BYTE PTR [edx+0x380]
pshufb xmm0,xmm2
pshufd xmm0,xmm0,0x0
pslldq xmm2,0xf
psrldq xmm0,0x1
psubb xmm1,xmm0
ptest xmm0,xmm1
punpcklbw xmm1,xmm1
punpckldq xmm1,xmm1
push 0x1c1
push 0xb7
push DWORD PTR [eax*4+0x14]
push DWORD PTR [eax+ecx*1+0xc]
push DWORD PTR [eax+edi*4]
push DWORD PTR [eax-0x2c]
push DWORD PTR [eax]
push DWORD PTR [ebp-0x1bc]
push DWORD PTR [ebp-0x44]
push DWORD PTR [ebx+0x0]
push DWORD PTR [edi+eax*4+0x188]
push DWORD PTR [edi+esi*4-0x4]
push DWORD PTR [edi-0x8]
push DWORD PTR [edx+0x1c8]
push DWORD PTR [esp+0x14]
pxor xmm0,xmm0
rdpkru
rep movs BYTE PTR es:[edi],BYTE PTR ds:[esi]
rep movs DWORD PTR es:[edi],DWORD PTR ds:[esi]
rep stos BYTE PTR es:[edi],al
rep stos DWORD PTR es:[edi],eax
ret
ret 0x4
rol eax,0x9
rol eax,cl
ror ebp,0x9
sar ebx,0x2
sar ebx,cl
sar ecx,1
sbb DWORD PTR [ebp-0x34],0xffffffff
sbb DWORD PTR [ebp-0x35fc],edx
sbb DWORD PTR [esp+0xac],edx
sbb al,0xff
sbb eax,0x0
sbb eax,DWORD PTR [ebx+0x4c]
sbb eax,DWORD PTR [edx]
sbb eax,DWORD PTR [esp+0x4]
sbb ebx,DWORD PTR [ebp-0x24]
sbb edi,0xffffffff
sbb edi,DWORD PTR [ebp-0x366c]
sbb edi,edi
sbb edx,DWORD PTR [ebx+0x184]
sbb edx,DWORD PTR [edi+eax*8+0x4]
sbb esi,DWORD PTR [edi+eax*8-0x4]
seta BYTE PTR [ebp-0x6c]
seta cl
setae al
setb BYTE PTR [eax+esi*1]
setb BYTE PTR [esp+0x40]
setb al
setbe BYTE PTR [esp+0x3]
setbe cl
sete BYTE PTR [eax+0xd]
sete BYTE PTR [ebp+0x47c]
sete BYTE PTR [ebp-0x598]
sete BYTE PTR [ebx]
sete BYTE PTR [esp+0x28]
sete cl
setg BYTE PTR [ebp-0x78]
setg BYTE PTR [esp+0x1f]
setg cl
setge cl
setl dl
setle BYTE PTR [esp+0x20]
setle dl
setne BYTE PTR [eax+esi*8+0x6]
setne BYTE PTR [ebp-0xc4]
setne BYTE PTR [esi+0x4]
setne BYTE PTR [esp+0x100]
setne BYTE PTR [esp+0x1c]
setne al
seto al
setp al
sfence
shl DWORD PTR [ebp-0x3658],1
shl DWORD PTR [esi+0x70],1
shl DWORD PTR [esp+0x20],1
shl eax,cl
shl edx,0x5
shld edx,eax,0x1
shld edx,eax,cl
shr al,0x7
shr al,1
shr eax,0x5
shr eax,1
shr eax,cl
shrd eax,edx,0x1
shrd esi,edi,cl
std
stmxcsr DWORD PTR [esp+0x8]
stos BYTE PTR es:[edi],al
sub BYTE PTR [esi+0x7],0x1
sub DWORD PTR [eax],ecx
sub DWORD PTR [ebp-0x2c],esi
sub DWORD PTR [ebp-0x3630],0x1
sub DWORD PTR [ebx+0x170],0x1
sub DWORD PTR [ebx],0x1
sub DWORD PTR [esi+0x8],0x1
sub DWORD PTR [esp+0x28],edi
sub DWORD PTR [esp],0x1
sub WORD PTR [eax+ecx*2],0x1
sub dh,0x10
sub eax,0x3ffe
sub eax,DWORD PTR [esp+0x8]
sub ebx,0x1
sub ebx,eax
test BYTE PTR [eax+edx*2+0x1],0x20
test BYTE PTR [ebp-0x4c],0x3
test BYTE PTR [ebp-0x8b8],0x1
test BYTE PTR [edx+edi*2],0x8
test BYTE PTR [esi+0x1f],0x8
test BYTE PTR [esp+0x8],0x20
test BYTE PTR [esp+ecx*1],cl
test DWORD PTR [ebp+0x8],0xffffe040
test DWORD PTR [ebp-0x5c8],0x2100
test DWORD PTR [ebp-0xc4],eax
test DWORD PTR [esp+0x100],0x1000000
test DWORD PTR [esp+0x50],eax
test DWORD PTR [esp],0x20
test WORD PTR [ebp-0x4c],0x2000
test cl,cl
tzcnt ecx,DWORD PTR [ebx]
tzcnt edx,edx
tzcnt esi,DWORD PTR [esi+edi*1]
ud2
wrpkru
xabort 0xff
xchg DWORD PTR [ebx+0x0],edx
xchg DWORD PTR [ecx+0x210],eax
xchg DWORD PTR [edx],eax
xchg DWORD PTR gs:0x1c,eax
xchg ax,ax
xend
xgetbv
xor BYTE PTR [eax-0x1],0x2a
xor DWORD PTR [esp+0x10],0x1
xor al,al
xor ch,0x40
xor cl,BYTE PTR [eax]
xor eax,0x1f
xor eax,0x20031115
xor eax,DWORD PTR [ebp-0x3660]
xor eax,DWORD PTR [ebx+0x48]
xor eax,DWORD PTR [ecx+edx*4+0x80]
xor eax,DWORD PTR [edi+0x1f8]
xor eax,DWORD PTR [esp+0x34]
xor ebp,DWORD PTR gs:0x18
xor ecx,ecx
xor edx,DWORD PTR [ebp-0x24]
