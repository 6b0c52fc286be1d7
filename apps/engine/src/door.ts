import { Injectable, Type } from '@nestjs/common';
import { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { CommandBus, CommandHandler } from '@nestjs/cqrs';
import { AnyDecider, Cause, CommandHandling, commandHandling, Door, EventStore, Order, Outcome, Request } from '@boucle/eventsourcing';
import { keyDecider, viewDecider } from '@boucle/access';
import { campaignDecider, waveDecider } from '@boucle/campaigns';
import {
  anonymousSaleDecider,
  articleDecider,
  articleGroupsDecider,
  companyDecider,
  householdDecider,
  pointOfSaleDecider,
  salespersonDecider,
  catalogueDecider,
  clientDecider,
  dayRateDecider,
  duplicatePolicyDecider,
  forgettingPolicyDecider,
  pairDecider,
  personFileDecider,
  referenceDecider,
  suppressionDecider,
} from '@boucle/clients';
import { importDecider } from '@boucle/importing';
