adc DWORD PTR [rsp+0x38],0x0
adc eax,0xffffffff
adc r10,r11
adc rax,0x0
add BYTE PTR [rsp+0x34],0x1
add DWORD PTR [rax],0x1
add DWORD PTR [rsi+rax*1+0x8],0x1
add QWORD PTR [r13+0x0],r14
add QWORD PTR [rbp-0x1d8],0x1
add QWORD PTR [rip+0x0],0x1
add QWORD PTR [rsp+0x98],rcx
add ax,WORD PTR [rsp+0x8]
add edx,DWORD PTR [r14+0x14]
add rax,QWORD PTR [rbp-0x598]
add rax,QWORD PTR fs:0x0
addsd xmm0,QWORD PTR [rip+0x0]
addsd xmm1,xmm0
addss xmm0,DWORD PTR [rip+0x0]
addss xmm1,xmm0
and BYTE PTR [r15+0x189],0xfe
and BYTE PTR [rsp+0x72],al
and DWORD PTR [rbx+r14*4],0xfffffeff
and DWORD PTR [rsi],0xfffffff8
and QWORD PTR [rbx+rax*1],rdx
and QWORD PTR [rsp+0x90],0xfffffffffffffbff
and cl,BYTE PTR [rbp-0x904]
and eax,DWORD PTR [rbp-0x5f8]
and eax,ecx
and edx,0x1f
and r12b,BYTE PTR [rbp-0x8e3]
andnpd xmm0,xmm3
andnps xmm0,xmm3
andpd xmm1,XMMWORD PTR [rip+0x0]
andpd xmm2,xmm1
andps xmm1,XMMWORD PTR [rip+0x0]
andps xmm2,xmm1
blsmsk ecx,ecx
blsr r11,r11
bsf eax,edi
bsr ecx,DWORD PTR [rsp-0x18]
bsr ecx,r15d
bsr r9,QWORD PTR [rdx]
bsr rax,QWORD PTR [rax+rdx*8-0x8]
bsr rax,QWORD PTR [rsp+rax*8+0x270]
bsr rax,QWORD PTR [rsp+rdx*8+0x80]
bswap edx
bt r15,0x35
bt rdx,rax
btr rcx,0x3f
bts QWORD PTR [rbp+0x0],0x34
bts rax,rsi
bts rdx,0x34
bzhi rcx,rcx,rdx
call QWORD PTR [rax+r8*8]
call QWORD PTR [rbp+rbx*8+0x0]
call QWORD PTR [rbx+0x10]
call QWORD PTR [rbx+0x638]
call QWORD PTR [rbx]
call QWORD PTR [rcx+r9*8-0x40]
call QWORD PTR [rip+0x0]
call QWORD PTR [rsp+0x48]
call QWORD PTR [rsp]
cdq
cdqe
cld
cmova r12,rax
cmovae ecx,esi
cmovb r13,rax
cmovb rax,QWORD PTR [rsp]
cmovbe rax,r13
cmovbe rdi,QWORD PTR [rsp+0x8]
cmove eax,DWORD PTR [rbp-0x61c]
cmove edx,DWORD PTR [rsp+0x44]
cmove r12,QWORD PTR [rip+0x0]
cmove r14,QWORD PTR [rbp-0x698]
cmove r14,QWORD PTR [rbp-0xa8]
cmove r8d,DWORD PTR [rbp-0x60]
cmove r8d,DWORD PTR [rsp]
cmove rax,QWORD PTR [rsp+0x8]
cmove rdi,rax
cmovg esi,ecx
cmovg rcx,QWORD PTR [rsp+0x4c0]
cmovge eax,r11d
cmovl r8,rax
cmovle eax,DWORD PTR [rsp+0x70]
cmovle eax,ecx
cmovne eax,DWORD PTR [rsp+0xc]
cmovne esi,ecx
cmovne rax,QWORD PTR [rbp-0x4c8]
cmovne rax,QWORD PTR [rsp+0x10]
cmovne rcx,QWORD PTR [rbp-0xe8]
cmovns r13,rdx
cmovs eax,edx
cmp BYTE PTR [r12+r15*1],0x0
cmp BYTE PTR [rbx+0x612],0x0
cmp DWORD PTR [r10+r8*4],0xffffffff
cmp DWORD PTR [rbp-0x68],ebx
cmp DWORD PTR [rip+0x0],eax
cmp QWORD PTR [r15+rax*8],rbx
cmp QWORD PTR [rbp-0xa0],0x1000
cmp QWORD PTR [rsp+0x4c0],0x0
cmp WORD PTR [rip+0x0],0x0
cmp dl,BYTE PTR [rsp+0x30]
cmp r13,QWORD PTR [r12+rdx*8-0x8]
comisd xmm1,xmm0
cpuid
cqo
cs nop WORD PTR [rax+rax*1+0x0]
cvtsi2sd xmm1,r14d
cvtsi2ss xmm0,r13
cvtss2sd xmm0,xmm0
cvttss2si eax,xmm0
cwde
dec eax
div DWORD PTR [rcx+0x8]
div QWORD PTR [rbp-0x108]
div QWORD PTR [rsp+0x20]
div ecx
divsd xmm0,xmm1
divss xmm0,xmm1
fabs
fadd st,st(0)
faddp st(1),st
fchs
fcomi st,st(1)
fcomi st,st(2)
fcomi st,st(3)
fcomip st,st(1)
fcomip st,st(2)
fdiv st,st(1)
fdivp st(1),st
fild DWORD PTR [rsp-0x4]
fild DWORD PTR [rsp]
fild QWORD PTR [rsp-0x10]
fld DWORD PTR [rip+0x0]
fld QWORD PTR [rip+0x0]
fld TBYTE PTR [rax]
fld TBYTE PTR [rip+0x0]
fld TBYTE PTR [rsp+0x18]
fld TBYTE PTR [rsp+0x1d0]
fld TBYTE PTR [rsp-0x18]
fld TBYTE PTR [rsp]
fld st(0)
fld st(1)
fld st(2)
fld1
fldcw WORD PTR [rsp+0x6]
fldenv [rcx]
fldz
fmul DWORD PTR [rip+0x0]
fmul st,st(0)
fmul st,st(1)
fmul st,st(2)
fmulp st(1),st
fnstcw WORD PTR [rbp-0xa6]
fnstcw WORD PTR [rsp+0x6]
fnstenv [rcx]
fnstsw ax
fscale
fstp QWORD PTR [rsp-0x10]
fstp TBYTE PTR [rcx+0x30]
fstp TBYTE PTR [rdi]
fstp TBYTE PTR [rsp+0x8]
fstp TBYTE PTR [rsp-0x18]
fstp TBYTE PTR [rsp]
fstp st(0)
fstp st(1)
fstp st(2)
fstp st(3)
fsubp st(1),st
fsubrp st(1),st
fucomi st,st(0)
fucomi st,st(1)
fucomip st,st(0)
fucomip st,st(1)
fxam
fxch st(1)
fxch st(2)
fxch st(3)
fxrstor [rsp+0x40]
fxsave [rsp+0x40]
hlt
idiv DWORD PTR [rdi+0x10]
idiv r11
imul eax,DWORD PTR [rsp+0x30],0xf4240
imul edx,DWORD PTR [rax+0x40]
imul edx,DWORD PTR [rdi],0x41c64e6d
imul edx,r12d,0xff0
imul esi,DWORD PTR [rax+r13*1+0x54],0x1fe0
imul rax,QWORD PTR [rsp]
imul rax,rbx,0x11
imul rax,rdx
imul rbx,QWORD PTR [rax+rcx*8]
imul rdi
imul rdx,QWORD PTR [rdi+0x8],0x3e8
inc DWORD PTR [rip+0x0]
inc cl
inc eax
jmp QWORD PTR [rsi+rax*8]
ldmxcsr DWORD PTR [rdx+0x1c0]
lea eax,[r8-0xb9]
lea eax,[rcx-0x3b8b87c1]
lea ebp,[r11-0x1]
lea edx,[ecx-0x1]
lea r10d,[rdi-0xb7]
lea r12,[r14-0x138]
lea r14d,[r9-0x58]
lea r9d,[r8-0x180]
lea rax,[rbx+0x1]
lea rbp,[rax-0x8]
lea rbx,[rdx]
leave
lock add DWORD PTR [r13+0x0],ecx
lock add DWORD PTR [rbx+rax*1+0x10],0x2
lock add DWORD PTR [rip+0x0],0x2
lock add QWORD PTR [rip+0x0],rax
lock cmpxchg DWORD PTR [r13+0x0],edx
lock cmpxchg DWORD PTR [rip+0x0],edx
lock cmpxchg QWORD PTR [rip+0x0],rcx
lock dec DWORD PTR [rip+0x0]
lock inc DWORD PTR [rip+0x0]
lock or DWORD PTR [rsp],0x0
lock sub QWORD PTR [rax+0x488],0x1
lzcnt ecx,ecx
mov BYTE PTR [r12-0x1],dl
mov BYTE PTR [rbx],r14b
mov BYTE PTR [rsp],0x0
mov DWORD PTR [rbp-0x130],0x7fffffff
mov DWORD PTR [rsp+rax*4+0xb0],0x0
mov QWORD PTR [r8+rdi*8],0x0
mov QWORD PTR [rdi],0xffffffffffffffff
mov QWORD PTR fs:0x628,0xffffffffffffffff
mov WORD PTR [rsp+0x440],ax
mov ecx,DWORD PTR [rcx+rax*1-0x4]
mov r9d,DWORD PTR [rbp-0x124]
movabs rdx,0x4800480001
movapd xmm3,xmm0
movaps XMMWORD PTR [rax+0x10],xmm3
movaps XMMWORD PTR [rax],xmm2
movaps XMMWORD PTR [rbp-0x120],xmm1
movaps XMMWORD PTR [rbp-0xf0],xmm4
movaps XMMWORD PTR [rdx+rsi*1],xmm2
movaps XMMWORD PTR [rdx-0x40],xmm4
movaps XMMWORD PTR [rip+0x0],xmm1
movaps XMMWORD PTR [rsp+0x150],xmm0
movaps XMMWORD PTR [rsp+0x20],xmm0
movaps XMMWORD PTR [rsp+rax*1+0x2890],xmm3
movaps XMMWORD PTR [rsp-0x18],xmm0
movbe eax,DWORD PTR [rdi]
movbe edi,DWORD PTR [rdi+rdx*1-0x4]
movbe rax,QWORD PTR [rdi+rdx*1-0x8]
movbe rax,QWORD PTR [rdi]
movd DWORD PTR [rax-0x2],xmm1
movd DWORD PTR [rbp-0x70],xmm4
movd DWORD PTR [rbx+0x100],xmm0
movd ebx,xmm0
movd xmm0,DWORD PTR [r14+0x634]
movd xmm0,DWORD PTR [rax-0x2]
movd xmm0,DWORD PTR [rip+0x0]
movd xmm0,r8d
movd xmm1,DWORD PTR [rbx]
movd xmm1,DWORD PTR [rsp+0x20]
movd xmm2,DWORD PTR [r15+0x10]
movdqa XMMWORD PTR [rdi+0x10],xmm0
movdqa XMMWORD PTR [rdi],xmm0
movdqa xmm0,XMMWORD PTR [rax]
movdqa xmm0,XMMWORD PTR [rdi+rdx*1-0x10]
movdqa xmm0,XMMWORD PTR [rip+0x0]
movdqa xmm0,XMMWORD PTR [rsp+0x20]
movdqa xmm0,XMMWORD PTR [rsp-0x18]
movdqa xmm1,XMMWORD PTR [rdx+r10*1+0x10]
movdqa xmm1,XMMWORD PTR [rsi+rcx*1]
movdqa xmm2,XMMWORD PTR [rbp-0x120]
movdqa xmm2,XMMWORD PTR [rdi+0x10]
movdqu XMMWORD PTR [rdi+0x10],xmm5
movdqu XMMWORD PTR [rdi+rcx*1],xmm1
movdqu XMMWORD PTR [rdi-0x40],xmm4
movdqu XMMWORD PTR [rdi],xmm1
movdqu xmm0,XMMWORD PTR [rbx+0x20]
movdqu xmm0,XMMWORD PTR [rsi]
movdqu xmm0,XMMWORD PTR [rsp+0xb8]
movdqu xmm1,XMMWORD PTR [rbp-0x10]
movdqu xmm1,XMMWORD PTR [rdx+0x648]
movdqu xmm2,XMMWORD PTR [r15-0x18]
movdqu xmm2,XMMWORD PTR [rax+rbx*1]
movhlps xmm1,xmm0
movhpd xmm1,QWORD PTR [rdi+0x8]
movhps QWORD PTR [rax+0x10],xmm0
movhps xmm0,QWORD PTR [rax+0x60]
movhps xmm0,QWORD PTR [rax]
movhps xmm0,QWORD PTR [rbp-0x698]
movhps xmm0,QWORD PTR [rip+0x0]
movhps xmm0,QWORD PTR [rsi+0x370]
movhps xmm0,QWORD PTR [rsp+0x98]
movlpd xmm1,QWORD PTR [rdi]
movmskpd r12d,xmm0
movmskps eax,xmm0
movntdq XMMWORD PTR [rdi+0x1000],xmm4
movntdq XMMWORD PTR [rdi+0x10],xmm1
movntdq XMMWORD PTR [rdi],xmm0
movntps XMMWORD PTR [rdi+0x10],xmm1
movq QWORD PTR [r15],xmm0
movq QWORD PTR [rbp-0x78],xmm3
movq QWORD PTR [rip+0x0],xmm0
movq QWORD PTR [rsi+0x10],xmm0
movq QWORD PTR [rsp+0x1ec],xmm2
movq QWORD PTR [rsp+0x48],xmm1
movq rax,xmm1
movq xmm0,QWORD PTR [rip+0x0]
movq xmm0,QWORD PTR [rsi+rdx*4-0x4]
movq xmm0,QWORD PTR [rsi]
movq xmm0,QWORD PTR [rsp+0x8]
movs BYTE PTR es:[rdi],BYTE PTR ds:[rsi]
movs QWORD PTR es:[rdi],QWORD PTR ds:[rsi]
movsd QWORD PTR [rbx+rax*8],xmm0
movsd QWORD PTR [rdx],xmm1
movsd QWORD PTR [rsp+0xd0],xmm0
movsd xmm0,QWORD PTR [rcx]
movsd xmm0,QWORD PTR [rsp+0x40]
movsd xmm0,QWORD PTR [rsp-0x10]
movsd xmm0,QWORD PTR [rsp]
movsd xmm1,QWORD PTR [rip+0x0]
movss DWORD PTR [rdi],xmm0
movss xmm2,DWORD PTR [rip+0x0]
movsx eax,BYTE PTR [r13+r8*1+0x0]
movsx eax,BYTE PTR [r9-0x2]
movsx eax,WORD PTR [rdi+0x14]
movsx eax,WORD PTR [rdi-0x2]
movsx ebp,BYTE PTR [r13-0x1]
movsx ebp,BYTE PTR [rcx-0x1]
movsx edx,BYTE PTR [rax-0x1]
movsx edx,BYTE PTR [rcx+rdx*1]
movsx edx,WORD PTR [rcx+rax*4]
movsx edx,WORD PTR [rip+0x0]
movsx edx,dx
movsxd r12,DWORD PTR [rbp-0x128]
movsxd rax,DWORD PTR [rbp-0xb0]
movsxd rax,DWORD PTR [rdi+rsi*4]
movsxd rax,DWORD PTR [rip+0x0]
movsxd rax,DWORD PTR [rsp]
movsxd rcx,DWORD PTR [rcx+0x48]
movsxd rdx,DWORD PTR [rdi]
movsxd rdx,DWORD PTR [rsp+0x10]
movsxd rdx,DWORD PTR [rsp+0x1e8]
movsxd rsi,DWORD PTR [rax+r9*4+0x14]
movsxd rsi,esi
movups XMMWORD PTR [r10+0x18],xmm0
movups XMMWORD PTR [r13+r12*1+0x8],xmm0
movups XMMWORD PTR [rax+rcx*1],xmm0
movups XMMWORD PTR [rbp-0x94],xmm0
movups XMMWORD PTR [rdi+rdx*1-0x10],xmm1
movups XMMWORD PTR [rsi-0x10],xmm0
movups XMMWORD PTR [rsp+0x18],xmm0
movups XMMWORD PTR ds:0xc,xmm0
movups xmm0,XMMWORD PTR [rsi+rdx*1+0x10]
movups xmm0,XMMWORD PTR [rsi+rdx*1]
movups xmm1,XMMWORD PTR [rcx-0x10]
movzx eax,BYTE PTR [rdx+r15*1+0x4]
movzx eax,BYTE PTR ds:0x0
movzx eax,WORD PTR [rax+rdi*2+0x100]
movzx eax,WORD PTR [rdx+rax*2+0x2]
movzx eax,WORD PTR [rsp-0x10]
movzx ecx,BYTE PTR [rip+0x0]
movzx edi,BYTE PTR [rsi+rax*1]
movzx edx,BYTE PTR [rbx]
movzx edx,BYTE PTR [rsi+0x3]
movzx edx,WORD PTR [rsp]
movzx esi,WORD PTR [r15]
mul QWORD PTR [rbp-0x868]
mul bpl
mul rdx
mulsd xmm1,QWORD PTR [rip+0x0]
mulsd xmm1,xmm0
mulss xmm0,DWORD PTR [rip+0x0]
mulss xmm0,xmm0
neg DWORD PTR [rbp-0x8a0]
neg dil
neg rax
nop
nop DWORD PTR [rax+0x0]
nop DWORD PTR [rax+rax*1+0x0]
nop DWORD PTR [rax]
nop WORD PTR [rax+rax*1+0x0]
not eax
or BYTE PTR [r13+0x0],al
or BYTE PTR [rip+0x0],0x80
or DWORD PTR [rbp+0x40],0x200
or DWORD PTR [rbp-0xd0],0x1
or DWORD PTR [rip+0x0],0x4000000
or QWORD PTR [rax],0x400
or QWORD PTR [rcx+rbx*1+0x8],0x1
or WORD PTR [r12+0x64],0x1
or al,BYTE PTR [r12]
or cl,dl
or eax,DWORD PTR [rip+0x0]
orpd xmm0,xmm2
orpd xmm1,XMMWORD PTR [rip+0x0]
orps xmm0,xmm2
orps xmm1,XMMWORD PTR [rip+0x0]
paddb xmm8,xmm1
paddd xmm0,xmm1
paddq xmm0,XMMWORD PTR [rbp-0x50]
paddq xmm0,XMMWORD PTR [rip+0x0]
paddq xmm0,xmm1
palignr xmm0,XMMWORD PTR [rdi+rdx*1-0x10],0x1
palignr xmm3,xmm2,0xf
pand xmm0,XMMWORD PTR [rcx+rsi*1]
pand xmm0,XMMWORD PTR [rsp+0xa0]
pand xmm0,xmm1
pand xmm1,XMMWORD PTR [r12]
pand xmm1,XMMWORD PTR [rip+0x0]
pandn xmm0,xmm2
pandn xmm1,XMMWORD PTR [rcx+rax*1]
pandn xmm1,XMMWORD PTR [rsp+0x90]
pause
pcmpeqb xmm0,XMMWORD PTR [rax-0x40]
pcmpeqb xmm0,xmm1
pcmpeqb xmm1,XMMWORD PTR [rdi+0x30]
pcmpeqb xmm1,XMMWORD PTR [rsi]
pcmpeqd xmm0,XMMWORD PTR [rdi]
pcmpeqd xmm2,XMMWORD PTR [rdi+0x10]
pcmpeqd xmm2,xmm0
pcmpeqd xmm3,XMMWORD PTR [rax-0x40]
pcmpgtb xmm8,xmm6
pcmpistri xmm0,XMMWORD PTR [rsi+rdx*1],0x1a
pcmpistri xmm0,xmm1,0x1a
pcmpistri xmm4,XMMWORD PTR [rdi],0x2
pextrw edi,xmm0,0x0
pmaxub xmm3,xmm0
pminub xmm2,xmm5
pminub xmm4,XMMWORD PTR [rax+0x10]
pminub xmm5,XMMWORD PTR [rdi]
pminud xmm0,XMMWORD PTR [rax+0x50]
pmovmskb eax,xmm0
pop rbx
por xmm0,XMMWORD PTR [rip+0x0]
por xmm0,XMMWORD PTR [rsp+0x90]
por xmm0,XMMWORD PTR [rsp+r14*4+0x2890]
por xmm0,xmm1
prefetcht0 BYTE PTR [rsi+0x100]
prefetcht0 BYTE PTR [rsi+0x80]
prefetcht1 BYTE PTR [rcx-0x200]
prefetcht1 BYTE PTR [rcx-0xc0]
prefetcht1 BYTE PTR [rsi+0x100]
prefetcht1 BYTE PTR [rsi+0x40]
prefetcht1 BYTE PTR [rsi]
pshufb xmm0,xmm2
pshufd xmm3,xmm0,0xe1
pshuflw xmm1,xmm0,0xe1
pslldq xmm2,0xf
psllw xmm1,0x8
psrldq xmm3,0x1
psrlw xmm0,0x8
psubb xmm1,xmm0
psubd xmm0,xmm3
psubq xmm1,xmm0
punpckhdq xmm0,xmm0
punpckhqdq xmm1,xmm2
punpcklbw xmm0,xmm0
punpckldq xmm0,xmm2
punpcklqdq xmm0,xmm1
punpcklwd xmm0,xmm0
push 0x0
push QWORD PTR [r13+0x2c0]
push QWORD PTR [r8+0x38]
push QWORD PTR [rbp-0x58]
push QWORD PTR [rip+0x0]
push QWORD PTR [rsp+0x50]
push r12
pxor xmm0,XMMWORD PTR [rip+0x0]
pxor xmm0,xmm0
rdpkru
rdtsc
rep movs BYTE PTR es:[rdi],BYTE PTR ds:[rsi]
rep movs QWORD PTR es:[rdi],QWORD PTR ds:[rsi]
rep stos BYTE PTR es:[rdi],al
rep stos DWORD PTR es:[rdi],eax
rep stos QWORD PTR es:[rdi],rax
repz ret
ret
rol rax,cl
rol rdi,0x11
ror r15,0x11
sar edx,cl
sar rbx,0x3
sar rdx,1
sarx eax,eax,edi
sbb DWORD PTR [rbp-0x48],0xffffffff
sbb al,0xff
sbb eax,0xffffffff
sbb rbx,rbx
sbb rdx,0x0
seta cl
seta r9b
setae al
setae r12b
setb BYTE PTR [rdi+rax*1]
setb BYTE PTR [rsp+0x28]
setb dl
setb r12b
setbe al
setbe r8b
sete BYTE PTR [r14+0x19]
sete BYTE PTR [rbp-0x610]
sete BYTE PTR [rbx+0x8f8]
sete BYTE PTR [rbx]
sete BYTE PTR [rsp+0x60]
sete al
sete r11b
setg BYTE PTR [rsp+0x17]
setg cl
setg r8b
setge dl
setl r9b
setl sil
setle al
setle r14b
setne BYTE PTR [rax+rbp*8+0x6]
setne BYTE PTR [rbx+0x4]
setne BYTE PTR [rsp+0x14]
setne BYTE PTR [rsp+0x210]
setne al
setne r12b
seto al
setp cl
sfence
shl DWORD PTR [rbx+0x98],1
shl QWORD PTR [rbp-0x6a8],1
shl eax,cl
shl rcx,0x27
shld rax,r10,cl
shlx ecx,ecx,r8d
shr al,0x7
shr bl,1
shr eax,0x5
shr edx,1
shr r15d,cl
shrd rax,r10,cl
shrx ecx,ecx,edi
shufpd xmm0,xmm1,0x2
shufps xmm0,XMMWORD PTR [rsp+0x30],0x88
std
stmxcsr DWORD PTR [rdi+0x1c0]
sub BYTE PTR [rbx+0x7],0x1
sub DWORD PTR [rbp-0x8a0],eax
sub DWORD PTR [rsp+0x38],0x1
sub QWORD PTR [rbp+0x888],rax
sub QWORD PTR [rip+0x0],rax
sub cl,BYTE PTR [rbp+0x27]
sub eax,DWORD PTR [rcx+r8*4]
sub ecx,0x3ff
sub r8,QWORD PTR [rsi-0x48]
sub rbx,rax
sub rsi,QWORD PTR [rip+0x0]
subsd xmm0,QWORD PTR [rip+0x0]
subsd xmm2,xmm1
subss xmm1,xmm0
syscall
test BYTE PTR [r12+rcx*2],0x8
test BYTE PTR [rax+0x308],0x40
test BYTE PTR [rax-0x4],0x1
test BYTE PTR [rbp-0x70],0x7
test BYTE PTR [rbx+0x10],0x1
test BYTE PTR [rsp+0x8],0x2
test DWORD PTR [r13+0x0],0x8000
test DWORD PTR [rbp-0x62c],0x2100
test DWORD PTR [rip+0x0],0x1
test DWORD PTR [rsp],0x4000000
test QWORD PTR [rax+0x8],0x900000
tzcnt r8,QWORD PTR [r9+r13*1]
tzcnt r8,QWORD PTR [rsi]
tzcnt rcx,rcx
ucomisd xmm0,xmm1
ucomisd xmm1,QWORD PTR [rip+0x0]
ucomiss xmm3,xmm2
ud2
vmovaps ymm4,YMMWORD PTR [rax]
vmovaps ymm5,YMMWORD PTR [rax+0x40]
vmovd DWORD PTR [rdi+rdx*1-0x4],xmm0
vmovd DWORD PTR [rdi],xmm0
vmovd ecx,xmm0
vmovd xmm0,DWORD PTR [rdi+rdx*1]
vmovd xmm0,DWORD PTR [rdi]
vmovd xmm0,esi
vmovdqa XMMWORD PTR [rcx+0x100],xmm1
vmovdqa XMMWORD PTR [rcx+0xf0],xmm0
vmovdqa XMMWORD PTR [rsp+0x300],xmm0
vmovdqa XMMWORD PTR [rsp+0xc0],xmm0
vmovdqa YMMWORD PTR [rdi+0x20],ymm2
vmovdqa YMMWORD PTR [rdi],ymm1
vmovdqa YMMWORD PTR [rsp+0x100],ymm1
vmovdqa YMMWORD PTR [rsp+0xc0],ymm0
vmovdqa xmm0,XMMWORD PTR [rsp+0x40]
vmovdqa ymm0,YMMWORD PTR [rsp+0xc0]
vmovdqa ymm1,YMMWORD PTR [rsp+0x100]
vmovdqu XMMWORD PTR [r9-0x10],xmm1
vmovdqu XMMWORD PTR [rdi],xmm0
vmovdqu YMMWORD PTR [r9-0x40],ymm2
vmovdqu YMMWORD PTR [rdi+rcx*1],ymm2
vmovdqu YMMWORD PTR [rdi-0x40],ymm0
vmovdqu xmm0,XMMWORD PTR [rdi+rdx*1]
vmovdqu xmm2,XMMWORD PTR [rsi+rdx*1-0x10]
vmovdqu ymm1,YMMWORD PTR [rsi+rdi*1]
vmovdqu ymm1,YMMWORD PTR [rsi-0x80]
vmovdqu ymm2,YMMWORD PTR [rsi+0x20]
vmovdqu ymm2,ymm6
vmovntdq YMMWORD PTR [rdi+0x1000],ymm4
vmovntdq YMMWORD PTR [rdi+0x20],ymm1
vmovntdq YMMWORD PTR [rdi],ymm0
vmovq QWORD PTR [rdi+rdx*1-0x8],xmm0
vmovq QWORD PTR [rdi],xmm0
vmovq QWORD PTR [rsi-0x8],xmm0
vmovq xmm0,QWORD PTR [rdi+rdx*1]
vmovq xmm0,QWORD PTR [rdi]
vpaddb ymm8,ymm0,ymm10
vpand ymm5,ymm2,ymm1
vpandn ymm8,ymm8,ymm12
vpbroadcastb ymm0,xmm0
vpbroadcastd xmm0,xmm0
vpcmpeqb xmm1,xmm0,XMMWORD PTR [rsi+rdx*1]
vpcmpeqb xmm2,xmm0,XMMWORD PTR [rsp+0xf0]
vpcmpeqb xmm2,xmm2,XMMWORD PTR [rdi+rdx*1-0x10]
vpcmpeqb xmm2,xmm2,XMMWORD PTR [rdi]
vpcmpeqb xmm8,xmm0,XMMWORD PTR [rsp+0x300]
vpcmpeqb ymm1,ymm0,YMMWORD PTR [rcx-0x1f]
vpcmpeqb ymm1,ymm0,YMMWORD PTR [rdi+0x1]
vpcmpeqb ymm1,ymm0,YMMWORD PTR [rdi]
vpcmpeqb ymm1,ymm0,YMMWORD PTR [rsi+rdx*1]
vpcmpeqb ymm1,ymm0,ymm2
vpcmpeqb ymm1,ymm1,YMMWORD PTR [rdi+rdx*1-0x40]
vpcmpeqd xmm1,xmm0,XMMWORD PTR [rsi+rdx*1]
vpcmpeqd xmm1,xmm0,XMMWORD PTR [rsi]
vpcmpeqd ymm1,ymm0,YMMWORD PTR [rdi-0x1f]
vpcmpeqd ymm1,ymm0,YMMWORD PTR [rsi+0x20]
vpcmpeqd ymm1,ymm0,YMMWORD PTR [rsi+rax*1-0x20]
vpcmpeqd ymm1,ymm0,YMMWORD PTR [rsi+rdx*1]
vpcmpeqd ymm1,ymm0,YMMWORD PTR [rsi]
vpcmpeqd ymm3,ymm0,ymm2
vpcmpgtb ymm8,ymm8,ymm11
vpminub ymm2,ymm4,ymm5
vpminub ymm4,ymm4,YMMWORD PTR [rax+0x20]
vpminud ymm2,ymm1,YMMWORD PTR [rdi+0x21]
vpminud ymm2,ymm6,ymm2
vpmovmskb eax,ymm1
vpor ymm5,ymm2,ymm1
vpshufb xmm0,xmm1,xmm0
vpxor xmm0,xmm0,xmm0
vzeroall
vzeroupper
wrpkru
xabort 0xff
xchg DWORD PTR [r13+0x0],eax
xchg DWORD PTR [rcx+0x618],eax
xchg DWORD PTR [rdi],eax
xchg DWORD PTR [rip+0x0],edx
xchg DWORD PTR fs:0x1c,eax
xchg QWORD PTR [r12],rbx
xchg QWORD PTR [rip+0x0],rdi
xchg ax,ax
xend
xgetbv
xor BYTE PTR [rdx-0x1],0x2a
xor DWORD PTR [rsp+0x28],0x1
xor al,al
xor cl,0x86
xor dl,BYTE PTR [rax]
xor eax,0x20031115
xor ebp,DWORD PTR [rsp+0x8]
xor ecx,ecx
xor edi,DWORD PTR [rax+0x4]
xor esi,DWORD PTR [rbx+rdx*4+0x10]
xor r15,QWORD PTR [rsp+0x68]
xorpd xmm0,XMMWORD PTR [rip+0x0]
xorps xmm0,XMMWORD PTR [rip+0x0]
xrstor [rsp+0x40]
xsave [rsp+0x40]
xsavec [rsp+0x40]
xtest
